import * as v from 'valibot';

/** The pattern passes the 30th of February, and offsets that no reader of dates understands; what it refuses is its own. */
const isOnCalendar = (text: string): boolean => {
  if (!v.ISO_TIMESTAMP_REGEX.test(text)) return true;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && !Number.isNaN(Date.parse(text));
};

/** An instant as the API writes it: RFC 3339 in UTC with milliseconds. */
export const instant = v.pipe(
  v.string(),
  v.isoTimestamp('must be an RFC 3339 instant, for example 2026-11-23T08:30:00.000Z'),
  v.check(isOnCalendar, 'must be an instant that the calendar has'),
);

/** A duration in whole milliseconds. A slot ten years away can still be written as a date; one much later cannot. */
export const durationMs = v.pipe(
  v.number(),
  v.integer('must be whole milliseconds'),
  v.minValue(0),
  v.maxValue(315_360_000_000, 'must be at most ten years (315360000000)'),
);

/** A short text that people give things: visible, one line, at most 100 characters. */
export const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(100, 'must be at most 100 characters'),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters'),
);

/** The database ID of a host, a schedule or a user. */
export const id = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The same in a path or a query, where everything is text. */
export const idParam = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,15}$/, 'must be a positive whole number'),
  v.transform(Number),
);

/** Paging of every list: `limit` items from `cursor` on. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, 'must be a whole number'),
      v.transform(Number),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(1000, 'must be at most 1000'),
    ),
    '100',
  ),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
};

/** A list as the API answers it: `nextCursor` is null on the last page. */
export const pageOf = <T extends v.GenericSchema>(item: T) =>
  v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) });

/** One page of a list. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** An error body: RFC 9457 `application/problem+json`, with every faulty field at once. */
export const problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.optional(v.string()),
  code: v.string(),
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  /** Stands in the log beside the cause. */
  requestId: v.optional(v.string()),
});
export type Problem = v.InferOutput<typeof problem>;

/** Who did something: kept with each run and each line of the activity log. */
export const actor = v.object({
  kind: v.picklist(['user', 'api_key', 'webhook', 'schedule', 'system']),
  id: v.nullable(v.union([v.number(), v.string()])),
  name: v.string(),
  /** The address the call came from; null for what the program does by itself. */
  address: v.nullable(v.string()),
});
export type Actor = v.InferOutput<typeof actor>;
