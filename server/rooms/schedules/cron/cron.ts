/** A cron expression, understood: every field as the values it stands for, in ascending order. */
export interface Cron {
  /** As written, with single spaces. */
  readonly expression: string;
  /** `[0]` for an expression of five fields. */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: DayField;
  readonly months: readonly number[];
  /** Sunday is 0. */
  readonly weekdays: DayField;
  /** The minute or the hour field starts with `*`: under `vixie` the expression follows elapsed time. */
  readonly followsElapsedTime: boolean;
}

/** The day of month or the day of week. */
export interface DayField {
  readonly values: readonly number[];
  readonly moving: readonly MovingDay[];
  /** The field starts with `*`, or is `?`: it does not restrict, by Vixie cron's rule, even when it is a step. */
  readonly isStarred: boolean;
}

/** A day that is another one in each month. */
export type MovingDay =
  /** `L` (0 days before the last) and `L-3`. */
  | { readonly kind: 'before_last'; readonly days: number }
  /** `15W`: the day from Monday to Friday that is nearest, in the same month. */
  | { readonly kind: 'nearest_workday'; readonly day: number }
  /** `LW` */
  | { readonly kind: 'last_workday' }
  /** `5#3`: the third Friday. */
  | { readonly kind: 'nth_weekday'; readonly weekday: number; readonly nth: number }
  /** `5L`: the last Friday. */
  | { readonly kind: 'last_weekday'; readonly weekday: number };

/** The expression runs when the day of month or the day of week matches; otherwise both must match. */
export function isEitherDay(cron: Cron): boolean {
  return !cron.daysOfMonth.isStarred && !cron.weekdays.isStarred;
}
