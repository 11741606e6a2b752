import type { Change } from '../../../contract/index.ts';
import { oneLine } from './one-line.ts';

/** A line of the log is read by people: more of a value stands where it is kept. */
const longest = 300;
const most = 60;
const shown = '***';

/** A value that the log must never hold: of it only shows whether there is one, and that it changed. */
class Concealed {
  readonly #value: string;

  constructor(value: unknown) {
    this.#value = JSON.stringify(value);
  }

  isSame(other: unknown): boolean {
    return other instanceof Concealed && other.#value === this.#value;
  }
}

/** Secrets, and what may hold some; nothing at all stays nothing. */
export const concealed = (value: unknown): unknown =>
  value === null || value === undefined || value === '' ? null : new Concealed(value);

/**
 * What became of the fields of something: those that differ, by their path. Null before: it was made; null after: it is
 * gone. What is secret has to come `concealed`.
 */
export const changesOf = (before: object | null, after: object | null): Change[] => {
  const [old, next] = [leavesOf(before), leavesOf(after)];
  const differing = [...new Set([...old.keys(), ...next.keys()])].filter(
    (field) => !isSame(old.get(field), next.get(field)),
  );
  return differing.slice(0, most).map((field) => ({
    field: textOf(field) ?? '',
    before: textOf(old.get(field)),
    after: textOf(next.get(field)),
  }));
};

/** A secret that was made anew, without anything else. */
export const renewed = (field: string): Change[] => [{ field, before: shown, after: shown }];

const leavesOf = (value: object | null, path = ''): Map<string, unknown> => {
  const leaves = new Map<string, unknown>();
  for (const [key, one] of Object.entries(value ?? {})) {
    const field = path === '' ? key : `${path}.${key}`;
    if (isPlain(one) && Object.keys(one).length > 0)
      for (const [at, leaf] of leavesOf(one, field)) leaves.set(at, leaf);
    else leaves.set(field, one ?? null);
  }
  return leaves;
};

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Concealed);

const isSame = (a: unknown, b: unknown): boolean =>
  a instanceof Concealed
    ? a.isSame(b)
    : !(b instanceof Concealed) && textOf(a) === textOf(b) && asJson(a) === asJson(b);

const asJson = (value: unknown): string => JSON.stringify(value ?? null);

const textOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  if (value instanceof Concealed) return shown;
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
};
