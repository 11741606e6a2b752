import type { PhraseFault } from './fault.ts';
import { fault } from './fault.ts';
import type { Token } from './tokens.ts';
import { tokensOf } from './tokens.ts';

/** Longer words are cut in messages. */
const mostQuoted = 40;

/** A place in a phrase that moves on as clauses are read. */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text.toLowerCase());
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** The word there; undefined for a number, a time or the end. */
  word(ahead = 0): string | undefined {
    const token = this.peek(ahead);
    return token?.kind === 'word' ? token.word : undefined;
  }

  advance(count = 1): void {
    this.#at += count;
  }

  /** Takes the word if it is one of these. */
  take(...words: string[]): boolean {
    const word = this.word();
    if (word === undefined || !words.includes(word)) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the word if the vocabulary has it, and gives its meaning. */
  lookUp<T>(vocabulary: ReadonlyMap<string, T>): T | undefined {
    const meaning = vocabulary.get(this.word() ?? '');
    if (meaning !== undefined) this.#at += 1;
    return meaning;
  }

  /** Takes every word that is one of these. */
  skip(...words: string[]): void {
    while (this.take(...words));
  }

  /** Reads something, and stays where it was when that is not there. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const at = this.#at;
    const found = read();
    if (found === undefined) this.#at = at;
    return found;
  }

  /** What follows is not understood: quoted up to the next space. */
  notUnderstood(): PhraseFault {
    const start = this.peek()?.start ?? this.#text.length;
    const quoted = /^\S*/.exec(this.#text.slice(start, start + mostQuoted))?.[0] ?? '';
    const lower = quoted.toLowerCase();
    if (quoted === '') return fault('ends too early', 'weekdays 7:30', 'every 15 minutes from 9 to 17');
    if (/^\d+[./]\d/.test(quoted)) {
      return fault(`"${quoted}" can be read in two ways`, '2026-12-24 18:00', '24 December 2026 18:00');
    }
    if (/^\d+$/.test(quoted)) {
      return fault(`"${quoted}" alone is no time of day and no date`, 'weekdays 7:30', 'daily 3am');
    }
    if (/^(utc|gmt|cest?|[a-z_]+\/[a-z_/]+)$/.test(lower)) {
      return fault(`"${quoted}" is a time zone, which has a field of its own`, 'weekdays 7:30', 'daily 3am');
    }
    return fault(`"${quoted}" is not understood`, 'weekdays 7:30', 'every 15 minutes from 9 to 17');
  }
}

/** Reads items that follow each other, with commas, `and` or one of those words between them; undefined for none. */
export function listOf<T>(cursor: Cursor, item: () => T | undefined, ...between: string[]): T[] | undefined {
  const items: T[] = [];
  for (let next = item(); next !== undefined; ) {
    items.push(next);
    next = cursor.attempt(() => {
      cursor.skip('and', ...between);
      return item();
    });
  }
  return items.length > 0 ? items : undefined;
}
