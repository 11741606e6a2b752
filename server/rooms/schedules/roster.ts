import type { OccurrenceContext } from './occurrences.ts';
import { nextOccurrence } from './occurrences.ts';
import type { ScheduleRecord } from './schedule.ts';

/** All schedules in memory: looked through at each wake-up, which for ten thousand of them is a tenth of a millisecond. */
export class Roster {
  #records = new Map<number, ScheduleRecord>();
  /** The zone of schedules that name none. Changed by the evaluator alone, between two evaluations. */
  timeZone: string;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  load(records: readonly ScheduleRecord[]): void {
    this.#records = new Map(records.map((r) => [r.id, r]));
  }

  get(id: number): ScheduleRecord | undefined {
    return this.#records.get(id);
  }

  put(record: ScheduleRecord): void {
    this.#records.set(record.id, record);
  }

  delete(id: number): void {
    this.#records.delete(id);
  }

  all(): ScheduleRecord[] {
    return [...this.#records.values()];
  }

  /** What a schedule's trigger alone does not say. */
  contextOf(record: Pick<ScheduleRecord, 'id' | 'createdAt'>): OccurrenceContext {
    return { defaultTimeZone: this.timeZone, seed: String(record.id), anchorMs: record.createdAt };
  }

  /** The first slot after the cursor; null for a schedule that is disabled or has none. */
  nextSlotOf(record: ScheduleRecord, afterMs: number): number | null {
    if (!record.enabled) return null;
    return nextOccurrence(record.trigger, afterMs, this.contextOf(record))?.at ?? null;
  }

  /** Those with a slot at or before the instant. */
  due(nowMs: number): ScheduleRecord[] {
    const found: ScheduleRecord[] = [];
    for (const r of this.#records.values()) if (r.nextSlotAt !== null && r.nextSlotAt <= nowMs) found.push(r);
    return found;
  }

  /** The earliest slot of all; null when there is none. */
  earliest(): number | null {
    let first: number | null = null;
    for (const { nextSlotAt } of this.#records.values()) {
      if (nextSlotAt !== null && (first === null || nextSlotAt < first)) first = nextSlotAt;
    }
    return first;
  }

  /** The latest instant that any cursor has reached: the clock was there once. */
  latestCursor(): number {
    let latest = 0;
    for (const { evaluatedUntil } of this.#records.values()) latest = Math.max(latest, evaluatedUntil);
    return latest;
  }
}
