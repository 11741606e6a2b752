import type { LogLine } from '../../../contract/logs.ts';

/** More lines than anybody reads; beyond them the oldest go. */
export const mostLines = 100_000;
/** So many go at once, so that not every line moves all others. */
const slack = 5000;

/** A line, with a number that stays its own for as long as it is kept. */
export interface KeptLine extends LogLine {
  key: number;
}

/** Lines in the order of their times. */
export class LogLines {
  all: KeptLine[] = [];
  /** How many were dropped at the beginning so far. */
  dropped = 0;
  #lastKey = 0;
  #firstKey = 0;

  clear(): void {
    this.all = [];
    this.dropped = 0;
  }

  /** Adds lines at the end; one that is earlier than the last ones goes where it belongs. */
  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      if (this.#isTwice(line)) continue;
      this.#lastKey += 1;
      let place = this.all.length;
      while (place > 0 && (this.all[place - 1]?.at ?? '') > line.at) place -= 1;
      this.all.splice(place, 0, { ...line, key: this.#lastKey });
    }
    if (this.all.length <= mostLines + slack) return;
    const excess = this.all.length - mostLines;
    this.all.splice(0, excess);
    this.dropped += excess;
  }

  /** Adds what was written before the first line; lines that are there already are left out. */
  addEarlier(lines: readonly LogLine[]): void {
    const firstAt = this.all[0]?.at;
    const known = new Set(this.all.slice(0, 1000).flatMap((line) => (line.at === firstAt ? identityOf(line) : [])));
    const fresh = lines.filter((line) => !known.has(identityOf(line)));
    this.#firstKey -= fresh.length;
    const first = this.#firstKey;
    this.all = [...fresh.map((line, i) => ({ ...line, key: first + i })), ...this.all];
  }

  /** A connection that broke in the midst of what was sent together brings some of it again. */
  #isTwice(line: LogLine): boolean {
    for (let place = this.all.length - 1; place >= 0; place--) {
      const known = this.all[place];
      if (!known || known.at < line.at) return false;
      if (known.at === line.at && line.at !== '' && identityOf(known) === identityOf(line)) return isPrecise(line.at);
    }
    return false;
  }
}

/** Podman tells whole seconds only: there two lines alike are two lines. */
const isPrecise = (at: string): boolean => !at.endsWith('.000000000Z');

function identityOf({ at, hostId, container, stream, text }: LogLine): string {
  return `${at} ${hostId} ${container} ${stream} ${text}`;
}
