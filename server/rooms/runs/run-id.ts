import { randomUUID } from 'node:crypto';

/** The most that fits into the twelve bits between version and variant. */
const mostPerMs = 0xfff;

let lastMs = 0;
let countInMs = 0;

/**
 * A UUIDv7 whose free bits behind the time count within the millisecond (RFC 9562, 6.2, method 1): IDs of one process
 * sort in the order in which they were made, also when the clock is set back. The random rest keeps an ID from being
 * given out twice, even after an old backup was restored.
 */
export const newRunId = (nowMs = Date.now()): string => {
  const isNew = nowMs > lastMs;
  countInMs = isNew ? 0 : countInMs + 1;
  if (isNew) lastMs = nowMs;
  if (countInMs > mostPerMs) {
    lastMs += 1;
    countInMs = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const count = countInMs.toString(16).padStart(3, '0');
  // Its variant and its last 62 bits are those of any UUID, and Node keeps random bits for these in stock.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${randomUUID().slice(19)}`;
};
