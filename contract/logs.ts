import * as v from 'valibot';
import { instant } from './common.ts';
import { containerSet } from './container-set.ts';

/** How grave a line is, as far as it can be told from its text. */
export const logLevel = v.picklist(['error', 'warn', 'info', 'debug']);
export type LogLevel = v.InferOutput<typeof logLevel>;

/** A line of a container's log. */
export const logLine = v.object({
  hostId: v.number(),
  /** Its name. */
  container: v.string(),
  /** The engine's time, to the nanosecond: `2026-11-25T23:24:11.799876689Z`; empty where it gave none. */
  at: v.string(),
  stream: v.picklist(['stdout', 'stderr']),
  /** As it was written, colours and all: hostile text. */
  text: v.string(),
  /** Null where none can be told. */
  level: v.nullable(logLevel),
  /** True when the line goes on in the next one: it was too long to be kept whole. */
  isCut: v.boolean(),
});
export type LogLine = v.InferOutput<typeof logLine>;

/** The newest lines that were asked for, the oldest of them first. `nextCursor` leads to what was written before. */
export const logPage = v.object({ items: v.array(logLine), nextCursor: v.nullable(v.string()) });
export type LogPage = v.InferOutput<typeof logPage>;

/** While a log is followed: what has become of a container. */
export const logState = v.object({
  hostId: v.number(),
  container: v.string(),
  /** `ended`: it does not run. `interrupted`: its engine broke off; it goes on from there, without a gap. */
  state: v.picklist(['following', 'ended', 'interrupted', 'missing']),
  reason: v.nullable(v.string()),
});
export type LogState = v.InferOutput<typeof logState>;

/** The most lines in one page. */
export const largestLogPage = 10_000;

const yesOrNo = (fallback: 'true' | 'false') =>
  v.pipe(
    v.optional(v.picklist(['true', 'false', '1', '0'], 'must be true or false'), fallback),
    v.transform((text) => text === 'true' || text === '1'),
  );

const tail = v.pipe(
  v.string(),
  v.regex(/^(all|\d{1,7})$/, 'must be a whole number of lines, or all'),
  v.transform((text) => (text === 'all' ? ('all' as const) : Number(text))),
);

/** An instant, Unix seconds, or how long ago. */
const moment = v.pipe(
  v.string(),
  v.check(
    (text) => /^\d{1,6}[smhd]$/.test(text) || /^\d{1,11}(\.\d{1,9})?$/.test(text) || v.is(instant, text),
    'must be an RFC 3339 instant, Unix seconds, or how long ago, for example 15m',
  ),
);

const levels = v.pipe(
  v.string(),
  v.transform((text) => text.split(',')),
  v.check(
    (parts) => parts.every((part) => v.is(logLevel, part)),
    'must be of error, warn, info, debug, with commas between',
  ),
  v.transform((parts) => parts.filter((part) => v.is(logLevel, part))),
);

const logQueryFields = {
  tail: v.optional(tail),
  since: v.optional(moment),
  until: v.optional(moment),
  /** With the text of a page or a download: puts the time before each line. */
  timestamps: yesOrNo('false'),
  stdout: yesOrNo('true'),
  stderr: yesOrNo('true'),
  /** Only lines that have this in them, in any case; colours do not count. */
  q: v.optional(v.pipe(v.string(), v.maxLength(500, 'must be at most 500 characters'))),
  /** True: `q` is a regular expression, as RE2 knows them: no look-around, no back references. */
  regex: yesOrNo('false'),
  levels: v.optional(levels),
  follow: yesOrNo('false'),
  /** True: plain text, as a file. `Accept: text/plain` does the same without naming a file. */
  download: yesOrNo('false'),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
};

export const logQuery = v.strictObject(logQueryFields);
export const mergedLogQuery = v.strictObject({ containers: containerSet, ...logQueryFields });
export type LogQuery = v.InferOutput<typeof logQuery>;
