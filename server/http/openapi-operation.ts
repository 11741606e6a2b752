import type { AnySchema } from './faults.ts';
import type { Route } from './route.ts';
import { pathParameters } from './route-check.ts';

/** A part of the document. */
export type Node = Record<string, unknown>;
/** Turns a schema into JSON Schema, as the caller writes it (`input`) or reads it (`output`). */
export type Convert = (schema: AnySchema, side: 'input' | 'output') => Node;

const json = (schema: Node): Node => ({ 'application/json': { schema } });

/** Describes one route. */
export const describeOperation = (route: Route, convert: Convert): Node => ({
  operationId: operationId(route),
  summary: route.summary,
  description: route.access === 'public' ? 'Needs no sign-in.' : `Needs: ${route.access}.`,
  tags: [route.tag],
  security: securityOf(route),
  'x-access': route.access,
  'x-limited': route.isScoped ? 'sees its part' : 'by what the path names',
  'x-password-again': route.isSensitive === true,
  parameters: [...pathNodes(route, convert), ...queryNodes(route, convert), ...headerNodes(route)],
  ...(route.body ? { requestBody: { required: true, content: json(convert(route.body, 'input')) } } : {}),
  responses: {
    ...Object.fromEntries(
      Object.entries(route.answers).map(([status, schema]) => [status, answerNode(schema, convert)]),
    ),
    default: {
      description: 'An error',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
});

/** For example `getApiV1SchedulesId`. */
const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() + path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_all, next: string) => next.toUpperCase());

const answerNode = (schema: AnySchema | null, convert: Convert): Node =>
  schema === null
    ? { description: 'Done, no body' }
    : { description: 'Done', content: json(convert(schema, 'output')) };

const pathNodes = (route: Route, convert: Convert): Node[] => {
  const entries = entriesOf(route.params);
  return pathParameters(route.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: entries[name] ? convert(entries[name], 'input') : {},
  }));
};

const queryNodes = (route: Route, convert: Convert): Node[] =>
  Object.entries(entriesOf(route.query)).map(([name, schema]) => ({
    name,
    in: 'query',
    required: schema.wrapped === undefined,
    schema: convert(schema, 'input'),
  }));

const headerNodes = (route: Route): Node[] =>
  route.isIdempotent
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'A repeated call with the same key gets the answer of the first one; kept for a day.',
          schema: { type: 'string', maxLength: 200 },
        },
      ]
    : [];

const entriesOf = (schema: AnySchema | undefined): Record<string, AnySchema> => schema?.entries ?? {};

const securityOf = ({ access }: Route): Node[] => {
  if (access === 'public') return [];
  return access === 'session' ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }, { bearer: [] }];
};
