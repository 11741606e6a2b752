import { commonWords, keyboardRows, ownWords } from './common-words.ts';

/** What people put in place of letters. */
const substitutes: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * Says why a password is one of the first that are tried, or null. There is no rule of composition: length is checked
 * by the contract, and this refuses the common ones, the product's own words and the user's name, however they are
 * decorated (`Passw0rd!2024`). A list of whole passwords would need each decoration as a line of its own.
 */
export const findPasswordFault = (password: string, username: string): string | null => {
  const plain = password.normalize('NFKC').toLowerCase();
  if (isPattern(plain)) return 'is a pattern that is tried first (a row of keys, a sequence, a repetition or a date)';
  const cores = coresOf(plain);
  const isMadeOf = (words: ReadonlySet<string>) => cores.some((core) => isWordOrTwice(core, words));
  if (isMadeOf(new Set([username.toLowerCase(), undecorated(username.toLowerCase())])))
    return 'must not be the user name';
  if (cores.some((core) => consistsOf(core, ownWords))) return "must not be made of the product's own words";
  if (isMadeOf(commonWords)) return 'is among the most common passwords';
  return null;
};

/** The password without its decoration, read as it is and with substituted letters. */
const coresOf = (plain: string): string[] => {
  const letters = [...plain].map((c) => substitutes[c] ?? c).join('');
  const strippedFirst = [...undecorated(plain)].map((c) => substitutes[c] ?? c).join('');
  const candidates = [plain, undecorated(plain), letters, undecorated(letters), strippedFirst];
  return [...new Set(candidates)].filter((core) => core !== '');
};

/** Digits and signs before and after a word are what people add when they are told to. */
const undecorated = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

const isWordOrTwice = (core: string, words: ReadonlySet<string>): boolean => {
  const half = core.slice(0, core.length / 2);
  return words.has(core) || (core === half + half && words.has(half));
};

/** True when a text is nothing but such words and separators, for example `docker-admin`. */
const consistsOf = (text: string, words: ReadonlySet<string>): boolean => {
  let rest = text;
  for (const word of [...words].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
  return rest !== text && !/\p{L}/u.test(rest);
};

const isPattern = (plain: string): boolean =>
  isRepetition([...plain]) || isSequence(plain) || isKeyboardRow(plain) || isDate(plain);

/** `aaaaaaaa`, `12341234`, `abcabcab`: up to six characters over and over. */
const isRepetition = (letters: string[]): boolean =>
  [1, 2, 3, 4, 5, 6].some((size) => letters.every((letter, i) => letter === letters[i % size]));

/** `12345678`, `87654321`, `abcdefgh`, and two such in a row, as in `abcd1234`. */
const isSequence = (text: string): boolean => {
  let breaks = 0;
  let direction = 0;
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    const isStep = Math.abs(step) === 1;
    if (!isStep || (direction !== 0 && step !== direction)) breaks += 1;
    direction = isStep ? step : 0;
  }
  return breaks <= 1;
};

/** At least three quarters of it are stretches along a row or a column of keys, as in `qwertyuiop` or `1qaz2wsx`. */
const isKeyboardRow = (text: string): boolean => {
  let covered = 0;
  for (let i = 0; i < text.length; ) {
    const stretch = longestStretch(text, i);
    covered += stretch >= 4 ? stretch : 0;
    i += Math.max(1, stretch >= 4 ? stretch : 1);
  }
  return covered >= text.length * 0.75;
};

const longestStretch = (text: string, from: number): number => {
  let length = 0;
  while (from + length < text.length && keyboardRows.some((row) => row.includes(text.slice(from, from + length + 1)))) {
    length += 1;
  }
  return length;
};

/** `01011990`, `1990-01-01`, `24.12.1985`. */
const isDate = (text: string): boolean => {
  const digits = text.replaceAll(/[.\-/ ]/g, '');
  return (
    /^((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(19|20)\d\d$/.test(digits) ||
    /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(digits)
  );
};
