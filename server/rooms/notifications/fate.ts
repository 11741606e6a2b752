import type { NotificationRule } from '../../../contract/index.ts';
import { nextOpening } from '../windows/index.ts';
import type { Happening } from './happening.ts';

/** What becomes of a message: sent at once, with others later, or not at all and why. */
export interface Fate {
  state: 'pending' | 'folded';
  next_try_at: number | null;
  gather_key: string | null;
  answer: string | null;
}

/** How things stand for a channel when something happens. Instants are epoch milliseconds. */
export interface Standing {
  /** When the same was told last there; null: never, or long ago. */
  toldAt: number | null;
  /** Whether the opposite was told since. */
  hasTurned: boolean;
  /** Names what turns back and forth, with what came of it before; null: nothing is the opposite. */
  matter: string | null;
  /** When what turns back and forth is told; null: nothing of it waits. */
  flapAt: number | null;
  /** Messages of the last minute that came by themselves. */
  recent: number;
  today: number;
  dailyLimit: number | null;
  /** What reads messages counts on each: they are not joined unless a rule says so. */
  isForMachines: boolean;
  /** When the storm under way is told; null: there is none. */
  stormAt: number | null;
  /** By what nothing is to be told, and why, in words; null: it is. */
  silencedBy: { id: number; words: string } | null;
  timeZone: string;
}

/** More than so many in a minute are a storm: they come as one. */
const calmPerMinute = 3;
const stormMs = 30_000;
const digestHour = 8;

/** The first reason that holds decides. */
export const fateOf = (happening: Happening, rule: NotificationRule, channelId: number, now: Standing): Fate => {
  const { at, severity } = happening;
  const leftOut = leftOutBy(rule, at, now);
  if (leftOut) return leftOut;
  if (rule.digest !== 'none') {
    const dueAt = nextDigest(rule.digest, at, now.timeZone);
    return gathered(`digest/${rule.id}/${channelId}/${dueAt}`, dueAt);
  }
  const dueAt = loudAt(rule, severity, at, now.timeZone);
  if (dueAt > at) return gathered(`quiet/${rule.id}/${channelId}/${dueAt}`, dueAt);
  const together = now.isForMachines ? null : togetherWith(rule, channelId, at, now);
  return together ?? sentAt(at);
};

/** When quiet times let a message of this severity through. */
export const loudAt = (rule: NotificationRule, severity: string, at: number, timeZone: string): number =>
  rule.loudSeverities.some((loud) => loud === severity) ? at : quietUntil(rule, at, timeZone);

const leftOutBy = (rule: NotificationRule, at: number, now: Standing): Fate | null => {
  if (now.silencedBy) return { ...folded(now.silencedBy.words), gather_key: silenceKey(now.silencedBy) };
  // Where it turned meanwhile, what was told last would be wrong.
  if (isSoon(rule, at, now) && !now.hasTurned) return folded('the same was told shortly before');
  if (now.dailyLimit !== null && now.today >= now.dailyLimit) {
    return overLimit(now.dailyLimit);
  }
  return null;
};

const togetherWith = (rule: NotificationRule, channelId: number, at: number, now: Standing): Fate | null => {
  if (isSoon(rule, at, now)) {
    return gathered(flapKey(channelId, now.matter), now.flapAt ?? (now.toldAt ?? at) + rule.foldMs);
  }
  const isStorm = now.stormAt !== null || now.recent >= calmPerMinute;
  return isStorm ? gathered(`storm/${channelId}`, now.stormAt ?? at + stormMs) : null;
};

const isSoon = ({ foldMs }: NotificationRule, at: number, { toldAt }: Standing): boolean =>
  toldAt !== null && toldAt > at - foldMs;

/** By what a message is known that a silence left out: what still holds when that is over is told then. */
export const silenceKey = ({ id }: { id: number }): string => `silence/${id}`;

/** Under what waits what turns back and forth. */
export const flapKey = (channelId: number, matter: string | null): string => `flap/${channelId}/${matter}`;

export const sentAt = (at: number): Fate => ({ state: 'pending', next_try_at: at, gather_key: null, answer: null });

export const overLimit = (dailyLimit: number): Fate =>
  folded(`the channel has had its ${dailyLimit} messages of today`);

const folded = (answer: string): Fate => ({ state: 'folded', next_try_at: null, gather_key: null, answer });
const gathered = (gather_key: string, next_try_at: number): Fate => ({
  state: 'pending',
  next_try_at,
  gather_key,
  answer: null,
});

/** When the quiet ends; `at` itself outside of it. Times that leave no minute of the week are no quiet, but a mistake. */
const quietUntil = ({ quietTimes }: NotificationRule, at: number, timeZone: string): number => {
  const windows = quietTimes.map((time) => ({ kind: 'block' as const, ...time }));
  return nextOpening([{ windows, timeZone }], at) ?? at;
};

/** The next full hour, or the next 08:00, by the clock on the wall. */
const nextDigest = (digest: 'hourly' | 'daily', at: number, timeZone: string): number => {
  const now = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  if (digest === 'hourly') {
    return now.round({ smallestUnit: 'hour', roundingMode: 'floor' }).add({ hours: 1 }).epochMilliseconds;
  }
  const today = now.startOfDay().with({ hour: digestHour });
  return (today.epochMilliseconds > at ? today : today.add({ days: 1 })).epochMilliseconds;
};
