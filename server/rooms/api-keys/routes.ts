import * as v from 'valibot';
import { apiKey, apiKeyInput, idParam, newApiKey, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { ApiKeys } from './api-keys.ts';

const tag = 'API keys';
const params = v.strictObject({ apiKeyId: idParam });

/** The routes of the API keys. No key can make another: they are for people who sign in. */
export const apiKeyRoutes = (keys: ApiKeys): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/api-keys',
    access: 'session',
    summary: "My API keys; with the right users everybody's",
    tag,
    answers: { 200: pageOf(apiKey) },
    handle: async ({ caller }) => ({ body: { items: await keys.list(caller), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/api-keys',
    access: 'session',
    isSensitive: true,
    summary: 'Make an API key; this answer alone holds it',
    tag,
    body: apiKeyInput,
    answers: { 201: newApiKey },
    handle: async ({ body, caller }) => ({ status: 201, body: await keys.create(body, caller) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/api-keys/{apiKeyId}/rotate',
    access: 'session',
    isSensitive: true,
    summary: 'Have a key anew; the old one ends at once',
    tag,
    params,
    answers: { 200: newApiKey },
    handle: async ({ params, caller }) => ({ body: await keys.rotate(params.apiKeyId, caller) }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/api-keys/{apiKeyId}',
    access: 'session',
    summary: 'Revoke a key',
    tag,
    params,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await keys.revoke(params.apiKeyId, caller);
      return { status: 204 };
    },
  }),
];
