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
  /** Messages of the last minute that came by themselves. */
  recent: number;
  today: number;
  dailyLimit: number | null;
  /** What reads messages counts on each: they are not joined unless a rule says so. */
  isForMachines: boolean;
  /** When the storm under way is told; null: there is none. */
  stormAt: number | null;
  /** Why nothing is to be told, in words; null: it is. */
  silencedBy: string | null;
  timeZone: string;
}

/** More than so many in a minute are a storm: they come as one. */
const calmPerMinute = 3;
const stormMs = 30_000;
const digestHour = 8;

/** The first reason that holds decides. */
export const fateOf = (happening: Happening, rule: NotificationRule, channelId: number, now: Standing): Fate => {
  const { at, severity } = happening;
  if (now.silencedBy !== null) return folded(now.silencedBy);
  if (now.toldAt !== null && now.toldAt > at - rule.foldMs) return folded('the same was told shortly before');
  if (now.dailyLimit !== null && now.today >= now.dailyLimit) {
    return folded(`the channel has had its ${now.dailyLimit} messages of today`);
  }
  if (rule.digest !== 'none') {
    const dueAt = nextDigest(rule.digest, at, now.timeZone);
    return gathered(`digest/${rule.id}/${channelId}/${dueAt}`, dueAt);
  }
  const loudAt = rule.loudSeverities.includes(severity) ? at : quietUntil(rule, at, now.timeZone);
  if (loudAt > at) return gathered(`quiet/${rule.id}/${channelId}/${loudAt}`, loudAt);
  if (!now.isForMachines && (now.stormAt !== null || now.recent >= calmPerMinute)) {
    return gathered(`storm/${channelId}`, now.stormAt ?? at + stormMs);
  }
  return { state: 'pending', next_try_at: at, gather_key: null, answer: null };
};

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
