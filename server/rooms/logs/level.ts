import type { LogLevel } from '../../../contract/index.ts';

/** A level stands near the beginning of its line; further on the word is part of what is told. */
const lookAtMost = 240;

/** What programs write, by the first three letters, which all of their spellings share. */
const byLetters: Record<string, LogLevel> = {
  err: 'error',
  fat: 'error',
  cri: 'error',
  pan: 'error',
  eme: 'error',
  ale: 'error',
  sev: 'error',
  war: 'warn',
  inf: 'info',
  not: 'info',
  deb: 'debug',
  tra: 'debug',
  ver: 'debug',
};
const word =
  'err(?:or)?|fatal|crit(?:ical)?|panic|emerg(?:ency)?|alert|severe|warn(?:ing)?|info|notice|debug|trace|verbose';

/** `"level":"warn"`, `level=warn`, `severity: WARNING`, and the number that pino and bunyan write. */
const named = new RegExp(
  `["']?\\b(?:level|lvl|severity|log\\.level)["']?\\s*[=:]\\s*["']?(?:(${word})\\b|(\\d{2})\\b)`,
  'i',
);
/** `[ERROR]`, `ERROR:`, `<warn>`, or a word in capitals by itself. */
const marked = new RegExp(`[[<(](${word})[\\])>]|\\b(${word})\\s*[:|]`, 'i');
const capital = new RegExp(`(?:^|[\\s\\]|"])(${word.toUpperCase().replaceAll('(?:', '(?:')})(?=[\\s\\]|"]|$)`);
/** glog and klog: `E1125 23:24:11.799876`. */
const glog = /^([EWIF])\d{4} \d\d:\d\d:\d\d/;
const byGlogLetter: Record<string, LogLevel> = { E: 'error', F: 'error', W: 'warn', I: 'info' };

/** How grave a line is; null where its text does not say. The text must have no colours in it. */
export const levelOf = (text: string): LogLevel | null => {
  const head = text.length > lookAtMost ? text.slice(0, lookAtMost) : text;
  const letter = glog.exec(head)?.[1];
  if (letter !== undefined) return byGlogLetter[letter] ?? null;
  const [, name, number] = named.exec(head) ?? [];
  if (number !== undefined) return levelOfNumber(Number(number));
  const match = name ?? firstOf(marked.exec(head)) ?? firstOf(capital.exec(head));
  return match === undefined ? null : (byLetters[match.slice(0, 3).toLowerCase()] ?? null);
};

const firstOf = (match: RegExpExecArray | null): string | undefined => match?.slice(1).find((group) => group);

/** As pino counts: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const levelOfNumber = (number: number): LogLevel => {
  if (number >= 50) return 'error';
  if (number >= 40) return 'warn';
  return number >= 30 ? 'info' : 'debug';
};
