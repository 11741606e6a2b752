import * as v from 'valibot';
import type { FieldError } from '../errors/index.ts';
import { invalidInput } from '../errors/index.ts';
import { findFaults } from './faults.ts';
import type { Route } from './route.ts';

export interface RawInput {
  params: Record<string, string>;
  query: URLSearchParams;
  /** The parsed JSON; undefined when the request had no body. */
  body: unknown;
}

export interface ParsedInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * Parses everything that a request brings by the schemas of its route.
 * @throws a 400 with all faults of path, query and body at once
 */
export const parseInput = (route: Route, raw: RawInput): ParsedInput => {
  const query = collectQuery(raw.query);
  const faults = [
    ...(route.params ? findFaults(route.params, raw.params) : []),
    ...query.faults,
    ...(route.query ? findFaults(route.query, query.values) : unexpectedQuery(route, query.values)),
    ...(route.body ? findFaults(route.body, raw.body) : unexpectedBody(raw.body)),
    ...(route.checkBody?.(raw.body, raw.params) ?? []),
  ];
  if (faults.length > 0) throw invalidInput(faults);
  return {
    params: route.params && v.parse(route.params, raw.params),
    query: route.query && v.parse(route.query, query.values),
    body: route.body && v.parse(route.body, raw.body),
  };
};

const collectQuery = (query: URLSearchParams): { values: Record<string, string>; faults: FieldError[] } => {
  const values: Record<string, string> = Object.create(null);
  const faults: FieldError[] = [];
  for (const [key, value] of query) {
    if (key in values) faults.push({ path: key, message: 'is given more than once' });
    values[key] = value;
  }
  return { values, faults };
};

/** Outside of the API a monitor may add what it likes, for example against caches. */
const unexpectedQuery = (route: Route, values: Record<string, string>): FieldError[] =>
  route.path.startsWith('/api/v1/')
    ? Object.keys(values).map((path) => ({ path, message: 'unknown parameter; none is known here' }))
    : [];

const unexpectedBody = (body: unknown): FieldError[] => {
  const isEmpty = body === undefined || JSON.stringify(body) === '{}';
  return isEmpty ? [] : [{ path: '', message: 'no body is expected here' }];
};
