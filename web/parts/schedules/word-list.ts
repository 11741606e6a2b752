/** A command as one line: its words, and whether a quote was left open. */
export interface WordList {
  words: string[];
  isOpen: boolean;
}

/** Where the reading of a line is: inside which quotes, and the word so far; null between words. */
interface Reading {
  words: string[];
  word: string | null;
  quote: '"' | "'" | null;
}

/**
 * Reads a line as a shell would read its words, and nothing more: blanks part words, quotes and backslashes keep them
 * together. Variables, patterns and pipes are plain characters: no shell sees the command.
 */
export function splitWords(line: string): WordList {
  const reading: Reading = { words: [], word: null, quote: null };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === '\\' && isEscape(reading.quote, next)) {
      reading.word = (reading.word ?? '') + next;
      at += 1;
    } else {
      take(reading, character);
    }
  }
  const isOpen = reading.quote !== null;
  return { words: reading.word === null ? reading.words : [...reading.words, reading.word], isOpen };
}

/** The line that `splitWords` reads as these words. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** A backslash means itself between single quotes, before most characters between double ones, and at the end. */
function isEscape(quote: Reading['quote'], next: string): boolean {
  if (next === '') return false;
  return quote === null || (quote === '"' && /["\\$`]/.test(next));
}

function take(reading: Reading, character: string): void {
  if (reading.quote !== null) {
    if (character === reading.quote) reading.quote = null;
    else reading.word = (reading.word ?? '') + character;
  } else if (character === '"' || character === "'") {
    reading.quote = character;
    reading.word ??= '';
  } else if (!/\s/.test(character)) {
    reading.word = (reading.word ?? '') + character;
  } else if (reading.word !== null) {
    reading.words.push(reading.word);
    reading.word = null;
  }
}
