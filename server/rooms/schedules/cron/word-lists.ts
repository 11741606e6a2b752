/** `a`, `a and b`, `a, b and c`. */
export function joined(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** Ascending values as a list in which three or more neighbours become a range: `0, 5 to 10 and 30`. */
export function listOf(values: readonly number[], name: (value: number) => string = String): string {
  const items: string[] = [];
  for (const run of runsOf(values)) {
    if (run.length > 2) items.push(`${name(run[0] ?? 0)} to ${name(run.at(-1) ?? 0)}`);
    else items.push(...run.map(name));
  }
  return joined(items);
}

/** The step of values that are evenly spaced; undefined when they are not, or are fewer than two. */
export function stepOf(values: readonly number[]): number | undefined {
  const [first, second] = values;
  if (first === undefined || second === undefined) return undefined;
  const step = second - first;
  return values.every((value, i) => value === first + i * step) ? step : undefined;
}

/** The step of values that go round the whole field evenly, across its end too: 15 for 0, 15, 30, 45 of 60. */
export function stepAround(values: readonly number[], size: number): number | undefined {
  const step = stepOf(values);
  return step !== undefined && step * values.length === size ? step : undefined;
}

/** First and last of neighbours that may go round the end of the field: 22 and 6 of 22, 23, 0 … 6. */
export function neighbours(values: readonly number[], size: number): { first: number; last: number } | undefined {
  const members = new Set(values);
  const firsts = values.filter((value) => !members.has((value + size - 1) % size));
  const lasts = values.filter((value) => !members.has((value + 1) % size));
  const [first] = firsts;
  const [last] = lasts;
  return first !== undefined && last !== undefined && firsts.length === 1 ? { first, last } : undefined;
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`. */
export function ordinal(value: number): string {
  const isTeen = value % 100 >= 11 && value % 100 <= 13;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10];
  return `${value}${ending ?? 'th'}`;
}

/** A time of day as `07:30`, with seconds only when there are some. */
export function clockText(hour: number, minute: number, second = 0): string {
  const parts = second === 0 ? [hour, minute] : [hour, minute, second];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function runsOf(values: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs;
}
