import { problem } from '../../contract/index.ts';
import type { Convert, Node } from './openapi-operation.ts';
import { describeOperation } from './openapi-operation.ts';
import type { Route } from './route.ts';

const sessionCookie = {
  type: 'apiKey',
  in: 'cookie',
  name: 'chrontainer_session',
  description: 'Set by POST /api/v1/session. Behind https the name is __Host-chrontainer_session.',
};

const apiKey = { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'A key of /api/v1/api-keys.' };
const bearer = { type: 'http', scheme: 'bearer', description: 'The same key as Authorization: Bearer.' };

/** Describes the routes as OpenAPI 3.1. The converter is loaded when the document is asked for the first time. */
export const describeApi = async (routes: readonly Route[], version: string): Promise<Node> => {
  const { toJsonSchema } = await import('@valibot/to-json-schema');
  // Callers see what they send, before our transforms; what has no word in JSON Schema is left to the description.
  const convert: Convert = (schema, side) => {
    const json = toJsonSchema(schema, { typeMode: side, errorMode: 'ignore', target: 'draft-2020-12' });
    return Object.fromEntries(Object.entries(json).filter(([key]) => key !== '$schema'));
  };
  const paths: Record<string, Node> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route, convert) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chrontainer',
      version,
      description: 'Instants are RFC 3339 in UTC, durations whole milliseconds, errors problem+json (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: { Problem: convert(problem, 'output') },
      securitySchemes: { session: sessionCookie, apiKey, bearer },
    },
  };
};
