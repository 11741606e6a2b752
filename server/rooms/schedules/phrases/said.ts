import { fault } from './fault.ts';
import type { ClockTime } from './tokens.ts';
import type { Unit } from './vocabulary.ts';

/** A time of day as it was said. */
export interface SaidTime extends ClockTime {
  /** Only a number, such as 3: enough where the rest leaves no doubt. */
  readonly isBare: boolean;
}

/** Days that come again. */
export interface Days {
  readonly isEach: boolean;
  /** Sunday is 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Weekdays of the month as cron writes them: `FRIL`, `TUE#2`. */
  readonly moving: ReadonlySet<string>;
  /** Days of the month as cron writes them: `15`, `L`, `1W`. */
  readonly dates: ReadonlySet<string>;
}

/** What one phrase says, clause by clause; each of them once. */
export interface Said {
  /** `every` stands somewhere: it comes again. */
  isEvery?: boolean;
  /** Every 15 minutes. */
  rate?: { readonly count: number; readonly unit: Unit };
  /** A month, quarter, week or year that comes again; `isWord` for monthly, which needs no day. */
  period?: { readonly unit: Unit; readonly isWord: boolean };
  days?: Days;
  /** `of the month` stands with the days. */
  isOfMonth?: boolean;
  months?: readonly number[];
  year?: number;
  times?: readonly SaidTime[];
  /** Minutes of each hour. */
  minutes?: readonly number[];
  /** In minutes of the day; `to` is larger than `from`, beyond 1440 when it is on the next day. */
  span?: { readonly from: number; readonly to: number };
  /** A day in the calendar, `YYYY-MM-DD`, or so many days from today. */
  date?: string | number;
  /** So much later than now. */
  delay?: readonly { readonly count: number; readonly unit: Unit }[];
}

const names: Partial<Record<keyof Said, string>> = {
  rate: 'how often',
  period: 'how often',
  days: 'its days',
  months: 'its months',
  times: 'its times',
  minutes: 'its minutes',
  span: 'from when to when',
  date: 'its date',
  delay: 'when',
};

/** Notes a clause. @throws PhraseFault when it was said before, in another place: that would be two rules */
export function say<K extends keyof Said>(said: Said, clause: K, what: NonNullable<Said[K]>): void {
  if (said[clause] !== undefined) {
    const twice = `says ${names[clause] ?? clause} twice; one schedule has one rule, so make two`;
    throw fault(twice, 'mon,thu 6:00 and 18:00', 'weekends noon');
  }
  said[clause] = what;
}
