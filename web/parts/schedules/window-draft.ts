import type { TimeWindow, Weekday } from '../../../contract/windows.ts';

/** A window while it is edited. */
export interface WindowDraft {
  /** Tells the rows apart. */
  key: number;
  kind: TimeWindow['kind'];
  /** None: every day. */
  days: Weekday[];
  from: string;
  to: string;
}

export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Another row: by default the night, and the first blocks nothing. */
export function newWindow(rows: readonly WindowDraft[]): WindowDraft {
  const key = Math.max(0, ...rows.map((row) => row.key)) + 1;
  return { key, kind: 'allow', days: [], from: '22:00', to: '06:00' };
}

export function windowDrafts(windows: readonly TimeWindow[]): WindowDraft[] {
  return windows.map(({ kind, days = [], from, to }, key) => ({ key, kind, days: [...days], from, to }));
}

export function windowsOf(rows: readonly WindowDraft[]): TimeWindow[] {
  return rows.map(({ kind, days, from, to }) => ({ kind, ...(days.length > 0 ? { days: [...days] } : {}), from, to }));
}

/** The days with one more, or one less, in the order of the week. */
export function toggled(days: readonly Weekday[], day: Weekday): Weekday[] {
  return weekdays.filter((one) => (one === day) !== days.includes(one));
}
