/** Engines write the time before each line; this is its longest form, with an offset as Podman writes it. */
const longestStamp = 40;
const space = 0x20;
const stampPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/** `2026-11-25T23:24:11.799876689Z`: nine digits and UTC, so that texts compare as times. */
const canonicalLength = 30;
const letterZ = 0x5a;

/** The time at the beginning of a line, in the canonical form, and where the line's own text begins. */
export interface Stamp {
  at: string;
  textFrom: number;
}

/** Reads the time between two places of a buffer; null where there is none. */
export const readStamp = (bytes: Buffer, from: number, to: number): Stamp | null => {
  const end = bytes.indexOf(space, from);
  if (end < 0 || end >= to || end - from > longestStamp) return null;
  const text = bytes.toString('latin1', from, end);
  if (text.length === canonicalLength && bytes[end - 1] === letterZ) return { at: text, textFrom: end + 1 };
  const at = canonicalStamp(text);
  return at === null ? null : { at, textFrom: end + 1 };
};

/** An instant in the canonical form; null for what is none. */
export const canonicalStamp = (text: string): string | null => {
  const [, time, fraction = '', zone = 'Z'] = stampPattern.exec(text) ?? [];
  if (time === undefined) return null;
  const ms = Date.parse(`${time}${zone}`);
  if (Number.isNaN(ms)) return null;
  return `${new Date(ms).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
};

/** Epoch nanoseconds of a canonical time. */
export const nanosecondsOf = (at: string): bigint =>
  BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1_000_000n + BigInt(at.slice(20, 29));

/** The canonical time of epoch nanoseconds. */
export const stampOf = (nanoseconds: bigint): string => {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
};
