import type { Settings, TimeWindow } from '../../../contract/index.ts';
import type { Opening } from '../windows/index.ts';
import type { Slot } from './cron/next.ts';
import type { OccurrenceContext } from './occurrences.ts';
import { nextOccurrence, occurrencesBetween, periodMs } from './occurrences.ts';
import type { ScheduleRecord } from './schedule.ts';

/** What holds for all schedules of the instance. */
type Instance = Pick<Settings, 'timeZone' | 'isPaused' | 'windows'>;

/** Somebody's decision on one slot: to run it later, or (null) not at all. */
export interface Override {
  untilAt: number | null;
  by: string;
}

/** All schedules in memory: looked through at each wake-up, which for ten thousand takes a tenth of a millisecond. */
export class Roster {
  #records = new Map<number, ScheduleRecord>();
  /** Those of them without a time of their own that something else begins. */
  #waiting = new Map<number, ScheduleRecord>();
  #overrides = new Map<number, Map<number, Override>>();
  /** The zone of schedules that name none. Changed by the evaluator alone, between two evaluations. */
  timeZone: string;
  /** True while nothing fires; changed like the zone. */
  isPaused: boolean;
  /** When anything may begin, in the instance's zone. */
  windows: readonly TimeWindow[];

  constructor(instance: Instance) {
    this.timeZone = instance.timeZone;
    this.isPaused = instance.isPaused;
    this.windows = instance.windows;
  }

  /** What somebody decided on a slot; null takes it back. */
  override(id: number, slotAt: number, decision: Override | null): void {
    const own = this.#overrides.get(id) ?? new Map<number, Override>();
    if (decision) own.set(slotAt, decision);
    else own.delete(slotAt);
    this.#overrides.set(id, own);
  }

  overrideOf(id: number, slotAt: number): Override | undefined {
    return this.#overrides.get(id)?.get(slotAt);
  }

  /** The decisions on slots after the cursor, in order. */
  overridesOf(id: number): (Override & { slotAt: number })[] {
    const reached = this.get(id)?.evaluatedUntil ?? 0;
    const own = [...(this.#overrides.get(id) ?? [])].map(([slotAt, decision]) => ({ slotAt, ...decision }));
    return own.filter(({ slotAt }) => slotAt > reached).sort((a, b) => a.slotAt - b.slotAt);
  }

  load(records: readonly ScheduleRecord[]): void {
    for (const record of records) this.put(record);
  }

  get(id: number): ScheduleRecord | undefined {
    return this.#records.get(id);
  }

  put(record: ScheduleRecord): void {
    this.delete(record.id);
    this.#records.set(record.id, record);
    if (record.trigger.kind === 'after' || record.trigger.kind === 'event') this.#waiting.set(record.id, record);
  }

  delete(id: number): void {
    this.#records.delete(id);
    this.#waiting.delete(id);
  }

  /** Those that wait for another's end, or for an event: looked through whenever either happens. */
  waiting(): ScheduleRecord[] {
    return [...this.#waiting.values()];
  }

  all(): ScheduleRecord[] {
    return [...this.#records.values()];
  }

  /** What a schedule's trigger alone does not say. */
  contextOf(record: Pick<ScheduleRecord, 'id' | 'createdAt'>): OccurrenceContext {
    return { defaultTimeZone: this.timeZone, seed: String(record.id), anchorMs: record.createdAt };
  }

  /** The first slot after the cursor; null for a schedule that is disabled, has had all its runs, or has none. */
  nextSlotOf(record: ScheduleRecord, afterMs: number): number | null {
    if (!record.enabled || isUsedUp(record)) return null;
    const from = Math.max(afterMs, (record.startsAt ?? 0) - 1);
    const slot = nextOccurrence(record.trigger, from, this.contextOf(record));
    return slot && slot.at <= lastInstantOf(record) ? slot.at : null;
  }

  /** The slots in (fromMs, toMs] that the rule in force has, at most `limit`. */
  slotsOf(record: ScheduleRecord, fromMs: number, toMs: number, limit: number): Slot[] {
    if (!record.enabled || isUsedUp(record)) return [];
    const from = Math.max(fromMs, (record.startsAt ?? 0) - 1);
    const to = Math.min(toMs, lastInstantOf(record));
    return occurrencesBetween(record.trigger, from, to, limit, this.contextOf(record));
  }

  /** The distance from a slot to the one after it; null when none follows. */
  periodOf(record: ScheduleRecord, slotAt: number): number | null {
    return periodMs(record.trigger, slotAt, this.contextOf(record));
  }

  /** The windows in which its runs may begin: its own and the instance's. */
  openingsOf({ trigger, policies }: ScheduleRecord): Opening[] {
    const timeZone = (trigger.kind === 'cron' && trigger.timeZone) || this.timeZone;
    return [
      { windows: policies.windows, timeZone },
      { windows: this.windows, timeZone: this.timeZone },
    ].filter(({ windows }) => windows.length > 0);
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

const isUsedUp = ({ maxRuns, runsBegun }: ScheduleRecord): boolean => maxRuns !== null && runsBegun >= maxRuns;
const lastInstantOf = ({ endsAt }: ScheduleRecord): number => endsAt ?? Number.POSITIVE_INFINITY;
