import * as v from 'valibot';
import type { FieldError } from '../errors/index.ts';
import { describeIssue } from '../errors/index.ts';

/** What is read of a schema, of whichever kind it is. */
export type AnySchema = v.GenericSchema & {
  entries?: Record<string, AnySchema>;
  item?: AnySchema;
  wrapped?: AnySchema;
  options?: readonly unknown[];
  key?: string;
  message?: unknown;
};

/** More would help nobody, and a list of a thousand faulty items must not make a huge answer. */
const maxFaults = 100;

/**
 * Every fault of an input, each at its deepest place. Valibot's own issues name only the first unknown field and say
 * nothing useful of unions, so the schema is walked beside the value.
 */
export const findFaults = (schema: v.GenericSchema, value: unknown): FieldError[] =>
  v.safeParse(schema, value).success ? [] : walk(schema, value, '').slice(0, maxFaults);

const walk = (schema: AnySchema, value: unknown, path: string): FieldError[] => {
  const faults = structural(schema, value, path);
  if (faults.length > 0) return faults;
  const { issues } = v.safeParse(schema, value);
  return (issues ?? []).map((issue) => ({
    path: join(path, v.getDotPath(issue) ?? ''),
    message: describeIssue(issue),
  }));
};

/** The faults of the parts of a value; none for a value without parts. */
const structural = (schema: AnySchema, value: unknown, path: string): FieldError[] => {
  if (schema.wrapped) return isAbsent(schema, value) ? [] : walk(schema.wrapped, value, path);
  if (schema.type === 'variant') return ofVariant(schema, value, path);
  if (schema.type === 'union') return ofUnion(schema, value, path);
  if (schema.entries) return ofObject(schema, schema.entries, value, path);
  if (schema.type === 'array' && schema.item) return ofArray(schema.item, value, path);
  return [];
};

const isAbsent = (schema: AnySchema, value: unknown): boolean =>
  (value === undefined && schema.type !== 'nullable') || (value === null && schema.type.startsWith('null'));

const ofObject = (
  schema: AnySchema,
  entries: Record<string, AnySchema>,
  value: unknown,
  path: string,
): FieldError[] => {
  if (!isObject(value)) return [{ path, message: value === undefined ? 'is required' : 'must be an object' }];
  const known = Object.entries(entries).flatMap(([key, entry]) => {
    const at = join(path, key);
    if (value[key] !== undefined) return walk(entry, value[key], at);
    return v.safeParse(entry, undefined).success ? [] : ofMissing(entry, at);
  });
  if (schema.type !== 'strict_object') return known;
  const names = Object.keys(entries);
  const message =
    names.length > 0 ? `unknown field; known are ${names.join(', ')}` : 'unknown field; none is known here';
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(entries, key));
  return [...known, ...unknown.map((key) => ({ path: join(path, key), message }))];
};

/** Of an object that was left out the fields are named that it has to have. */
const ofMissing = ({ entries }: AnySchema, path: string): FieldError[] => {
  const within = Object.entries(entries ?? {}).filter(([, entry]) => !v.safeParse(entry, undefined).success);
  if (within.length === 0) return [{ path, message: 'is required' }];
  return within.flatMap(([key, entry]) => ofMissing(entry, join(path, key)));
};

const ofArray = (item: AnySchema, value: unknown, path: string): FieldError[] => {
  if (!Array.isArray(value)) return [{ path, message: value === undefined ? 'is required' : 'must be a list' }];
  const faults: FieldError[] = [];
  for (const [index, one] of value.entries()) {
    if (faults.length < maxFaults)
      faults.push(...(v.safeParse(item, one).success ? [] : walk(item, one, join(path, `${index}`))));
  }
  return faults;
};

/** The member that tells the kind decides which form is meant. */
const ofVariant = (schema: AnySchema, value: unknown, path: string): FieldError[] => {
  if (!isObject(value)) return [{ path, message: 'must be an object' }];
  const key = schema.key ?? '';
  const meant = optionsOf(schema).find((option) => {
    const kind = option.entries?.[key];
    return kind !== undefined && v.safeParse(kind, value[key]).success;
  });
  if (meant) return walk(meant, value, path);
  const message = typeof schema.message === 'string' ? schema.message : 'is none of the known kinds';
  return [{ path: join(path, key), message: value[key] === undefined ? `is required: ${message}` : message }];
};

/** The form with clearly the fewest faults is the one that was meant; with none so clear the forms are listed. */
const ofUnion = (schema: AnySchema, value: unknown, path: string): FieldError[] => {
  const options = optionsOf(schema);
  const [best, second] = options.map((option) => walk(option, value, path)).sort((a, b) => a.length - b.length);
  if (!best || best.length === 0) return [];
  if (isObject(value) && best.length < (second?.length ?? Number.POSITIVE_INFINITY)) return best;
  const message = typeof schema.message === 'string' ? schema.message : 'has none of the known forms';
  return [{ path, message }, ...unknownToAll(options, value, path)];
};

const unknownToAll = (options: AnySchema[], value: unknown, path: string): FieldError[] =>
  !isObject(value)
    ? []
    : Object.keys(value)
        .filter((key) => options.every((option) => option.entries && !Object.hasOwn(option.entries, key)))
        .map((key) => ({ path: join(path, key), message: 'unknown field' }));

/** Unions and variants hold schemas in `options`; a picklist, which holds plain values, is never asked. */
const optionsOf = (schema: AnySchema): AnySchema[] => (schema.options ?? []) as AnySchema[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string => (path && key ? `${path}.${key}` : path || key);
