import type { Trigger } from '../../../contract/schedules.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Slot } from './cron/next.ts';
import { nextSlot } from './cron/next.ts';
import { parseCron } from './cron/parse.ts';

/** What a trigger alone does not say. */
export interface OccurrenceContext {
  /** The instance's zone, for a cron trigger that names none. */
  readonly defaultTimeZone: string;
  /** The schedule's identity: `H` in a cron expression stands for another value for each. */
  readonly seed: string;
  /** When the schedule was made, epoch milliseconds: where an interval without an anchor starts. */
  readonly anchorMs: number;
}

/**
 * The first slot strictly after an instant; null when there is none, as for triggers without a time of their own.
 * @throws ChrontainerError CHR_INVALID_INPUT for a cron expression that is not valid
 * @throws RangeError for an unknown zone
 */
export function nextOccurrence(trigger: Trigger, afterMs: number, context: OccurrenceContext): Slot | null {
  return slotsOf(trigger, context)(afterMs);
}

/** The first `limit` slots after `fromMs` and up to `toMs`, that one included. Throws as {@link nextOccurrence}. */
export function occurrencesBetween(
  trigger: Trigger,
  fromMs: number,
  toMs: number,
  limit: number,
  context: OccurrenceContext,
): Slot[] {
  const next = slotsOf(trigger, context);
  const slots: Slot[] = [];
  for (let at = fromMs; slots.length < limit; ) {
    const slot = next(at);
    if (slot === null || slot.at > toMs) break;
    slots.push(slot);
    at = slot.at;
  }
  return slots;
}

/** The milliseconds from the slot at `atMs` to the following one; null when none follows. */
export function periodMs(trigger: Trigger, atMs: number, context: OccurrenceContext): number | null {
  const following = nextOccurrence(trigger, atMs, context);
  return following === null ? null : following.at - atMs;
}

function slotsOf(trigger: Trigger, context: OccurrenceContext): (afterMs: number) => Slot | null {
  switch (trigger.kind) {
    case 'cron':
      return cronSlots(trigger, context);
    case 'once': {
      const at = epochMs(trigger.at);
      return (afterMs) => (at > afterMs ? { at, notes: [] } : null);
    }
    case 'interval': {
      const anchor = trigger.anchor === undefined ? context.anchorMs : epochMs(trigger.anchor);
      return (afterMs) => intervalSlot(anchor, trigger.everyMs, afterMs);
    }
    case 'after':
    case 'event':
    case 'manual':
      return () => null;
  }
}

function cronSlots(trigger: Extract<Trigger, { kind: 'cron' }>, context: OccurrenceContext) {
  const parsed = parseCron(trigger.expression, context.seed);
  if (!parsed.ok) {
    const fields = [{ path: 'trigger.expression', message: parsed.message }];
    throw new ChrontainerError('CHR_INVALID_INPUT', parsed.message, { fields });
  }
  const timeZone = trigger.timeZone ?? context.defaultTimeZone;
  return (afterMs: number) => nextSlot(parsed.cron, afterMs, timeZone, trigger.dst ?? 'vixie');
}

/** Elapsed time: the anchor itself is the first slot, and clock changes do not matter. */
function intervalSlot(anchor: number, everyMs: number, afterMs: number): Slot {
  const count = Math.max(0, Math.floor((afterMs - anchor) / everyMs) + 1);
  return { at: anchor + count * everyMs, notes: [] };
}

function epochMs(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds;
}
