/** A fault as it was: instants in real epoch milliseconds. */
export interface Entry {
  fault: string;
  /** The host whose engine it struck; null: the program itself. */
  hostId: number | null;
  from: number;
  /** When it was healed; for ever while it is not. */
  to: number;
}

/** What was done to the program and its engines, and when. */
export class Diary {
  readonly entries: Entry[] = [];

  /** Notes a fault that lasts as long as the work. */
  async during(fault: string, hostId: number | null, work: () => Promise<void>): Promise<void> {
    const entry = { fault, hostId, from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.entries.push(entry);
    await work();
    entry.to = Date.now();
  }

  /** The faults of a host, or of the program (null), that touch [from, to]. */
  within(hostId: number | null, from: number, to: number): Entry[] {
    return this.entries.filter((e) => e.hostId === hostId && e.from <= to && e.to >= from);
  }

  /** How often each fault was. */
  counts(): Record<string, number> {
    return tally(this.entries.map((e) => e.fault));
  }
}

/** How often each word is among the words. */
export const tally = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};
