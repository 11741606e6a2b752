/**
 * SQLite's primary result codes (https://www.sqlite.org/rescode.html) for a disk that takes nothing just now: BUSY,
 * LOCKED, READONLY, IOERR, FULL.
 */
const passing = [5, 6, 8, 10, 13];

/** Whether a writing failed only because the disk is full, broken or busy: the same writing may succeed later. */
export const isStorageFailure = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  passing.includes(error.errcode & 0xff);
