import * as fc from 'fast-check';
import type { Schema, Temper } from './values.ts';
import { drawn } from './values.ts';

/** A request as it is sent. */
export interface FuzzRequest {
  method: string;
  path: string;
  body: unknown;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: Schema;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

/** The part of an OpenAPI document that is read here. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
}

/** One arbitrary for each operation of the API, by `METHOD path`. */
export const requestsOf = (document: ApiDocument): Map<string, fc.Arbitrary<FuzzRequest>> =>
  new Map(
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        fc.oneof(...tempers.map((temper) => requestOf(method.toUpperCase(), path, operation, temper))),
      ]),
    ),
  );

const tempers: readonly Temper[] = ['tame', 'wild'];

const requestOf = (method: string, path: string, operation: Operation, temper: Temper): fc.Arbitrary<FuzzRequest> => {
  const parameters = operation.parameters ?? [];
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const schema = operation.requestBody?.content['application/json'].schema;
  return fc
    .record({
      path: fc.tuple(...inPath.map((parameter) => pathValue(parameter, temper))),
      query: fc.tuple(...inQuery.map((parameter) => queryValue(parameter, temper))),
      body: schema ? drawn(schema, temper) : fc.constant(undefined),
    })
    .map((parts) => ({ method, path: fill(path, inPath, parts.path) + queryText(parts.query), body: parts.body }));
};

/** Things that are there are met more often than drawn ones would meet them. */
const pathValue = ({ schema }: Parameter, temper: Temper): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('1', '2', 'web') },
    { weight: 2, arbitrary: drawn(schema ?? { type: 'string' }, temper).map(textOf) },
  );

const queryValue = ({ name, schema, required }: Parameter, temper: Temper): fc.Arbitrary<[string, string] | null> => {
  const pair = drawn(schema ?? { type: 'string' }, temper).map((value): [string, string] => [name, textOf(value)]);
  return required ? pair : fc.oneof(fc.constant(null), pair);
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const fill = (path: string, parameters: readonly Parameter[], values: readonly string[]): string =>
  parameters.reduce((filled, { name }, i) => filled.replace(`{${name}}`, () => encode(values[i] ?? '')), path);

const queryText = (pairs: readonly ([string, string] | null)[]): string => {
  const given = pairs.filter((pair) => pair !== null);
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`;
};

/** A lone surrogate cannot be written in an address. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed()) || '%20';
