/** The number that a field holds, in the unit of the API; none where it is empty, NaN where it is no number. */
export function numberOf(value: string, factor = 1): number | undefined {
  if (value.trim() === '') return undefined;
  return Math.round(Number(value) * factor);
}

/** The text of a field for a number of the API. */
export function textOfNumber(value: number | null | undefined, factor = 1): string {
  return value === undefined || value === null ? '' : String(value / factor);
}

/** The numbers of a list such as `1, 137`; none where it is empty. */
export function numbersOf(value: string): number[] | undefined {
  const parts = value.split(/[\s,;]+/).filter(Boolean);
  return parts.length === 0 ? undefined : parts.map(Number);
}

/** The paths of what was written as a number and is none: JSON would make it null, and the server could not tell. */
export function unreadable(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'number') return Number.isNaN(value) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => unreadable(one, [...path, key]));
}
