/**
 * For tests only: cron expressions in the plainest way that could be thought of, without any code of the evaluator.
 * It asks of each minute and each date whether it is meant, by the words of docs/reference/cron.md.
 */
export interface NaiveCron {
  /** For each minute of the day, whether the hour and the minute field hold it. */
  readonly minutesOfDay: readonly boolean[];
  readonly seconds: readonly number[];
  readonly isWildcard: boolean;
  isDay(date: Temporal.PlainDate): boolean;
}

const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const weekdays = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** Reads an expression that is known to be valid and has no `H`. */
export function naiveCron(expression: string): NaiveCron {
  const fields = expression.split(' ');
  if (fields.length === 5) fields.unshift('0');
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', weekday = ''] = fields;
  const upTo = (count: number) => [...Array(count).keys()];
  const hours = upTo(24).filter((h) => holds(hour, h, 0, 23));
  const minutes = upTo(60).filter((m) => holds(minute, m, 0, 59));
  return {
    minutesOfDay: upTo(1440).map((m) => hours.includes(Math.floor(m / 60)) && minutes.includes(m % 60)),
    seconds: upTo(60).filter((s) => holds(second, s, 0, 59)),
    isWildcard: minute.startsWith('*') || hour.startsWith('*'),
    isDay: (date) =>
      holds(numbers(month, months, 1), date.month, 1, 12) && isDueDate(dayOfMonth, numbers(weekday, weekdays, 0), date),
  };
}

function isDueDate(dayOfMonth: string, weekday: string, date: Temporal.PlainDate): boolean {
  const byDate = dayOfMonth.split(',').some((item) => isDayOfMonth(item, date));
  const byWeekday = weekday.split(',').some((item) => isWeekday(item, date));
  const isOpen = (field: string) => field.startsWith('*') || field === '?';
  return isOpen(dayOfMonth) || isOpen(weekday) ? byDate && byWeekday : byDate || byWeekday;
}

function isDayOfMonth(item: string, date: Temporal.PlainDate): boolean {
  const last = date.daysInMonth;
  if (item === 'L') return date.day === last;
  if (item.startsWith('L-')) return date.day === last - Number(item.slice(2));
  if (item === 'LW') return date.day === workdays(date).at(-1);
  if (item.endsWith('W')) {
    const day = Number(item.slice(0, -1));
    const nearest = workdays(date).sort((a, b) => Math.abs(a - day) - Math.abs(b - day))[0];
    return day <= last && date.day === nearest;
  }
  return item === '?' || holds(item, date.day, 1, 31);
}

function isWeekday(item: string, date: Temporal.PlainDate): boolean {
  const weekday = date.dayOfWeek % 7;
  if (item.endsWith('L')) return weekday === Number(item.slice(0, -1)) % 7 && date.day + 7 > date.daysInMonth;
  const [day, nth] = item.split('#');
  if (nth !== undefined) return weekday === Number(day) % 7 && Math.ceil(date.day / 7) === Number(nth);
  return item === '?' || item === '7' ? item === '?' || weekday === 0 : holds(item, weekday, 0, 6);
}

/** Monday to Friday of the date's month. */
function workdays(date: Temporal.PlainDate): number[] {
  const days = [...Array(date.daysInMonth).keys()].map((i) => i + 1);
  return days.filter((day) => date.with({ day }).dayOfWeek <= 5);
}

/** Whether a list of `*`, `a`, `a-b`, each with `/step`, holds the value. */
function holds(field: string, value: number, min: number, max: number): boolean {
  return field.split(',').some((item) => {
    const [base = '', step = ''] = item.split('/');
    return countUp(ends(base, step !== '', min, max), Number(step || 1), min, max).includes(value);
  });
}

function ends(base: string, hasStep: boolean, min: number, max: number): [first: number, last: number] {
  if (base === '*') return [min, max];
  const [a, b] = base.split('-');
  if (b !== undefined) return [Number(a), Number(b)];
  return [Number(a), hasStep ? max : Number(a)];
}

/** One by one from the first to the last, round the end if need be, keeping every `step`th. */
function countUp([first, last]: [number, number], step: number, min: number, max: number): number[] {
  const passed = [first];
  for (let current = first; current !== last; passed.push(current)) current = current === max ? min : current + 1;
  return passed.filter((_, i) => i % step === 0);
}

function numbers(field: string, names: readonly string[], first: number): string {
  return names.reduce((text, name, i) => text.replaceAll(name, String(i + first)), field);
}
