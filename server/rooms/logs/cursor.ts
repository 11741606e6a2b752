import { invalidInput } from '../../errors/index.ts';
import type { Before } from './tail.ts';

/** Where the page before began, by container; null for one whose log begins in it. */
export type PageCursor = Map<string, Before | null>;

export const writeCursor = (cursor: PageCursor): string =>
  Buffer.from(
    JSON.stringify([...cursor].map(([key, before]) => [key, before && [before.at, before.shown, before.depth]])),
  ).toString('base64url');

/** @throws ChrontainerError CHR_INVALID_INPUT when it is not a cursor of ours */
export const readCursor = (text: string): PageCursor => {
  const entries = parse(text);
  if (!Array.isArray(entries)) throw notACursor();
  return new Map(entries.map(readEntry));
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) throw notACursor();
    throw error;
  }
};

const readEntry = (entry: unknown): [string, Before | null] => {
  const [key, before]: unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof key !== 'string') throw notACursor();
  if (before === null) return [key, null];
  const [at, shown, depth]: unknown[] = Array.isArray(before) ? before : [];
  if (typeof at !== 'string' || !isCount(shown) || !isCount(depth)) throw notACursor();
  return [key, { at, shown, depth }];
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const notACursor = () => invalidInput([{ path: 'cursor', message: 'must be the nextCursor of an earlier answer' }]);
