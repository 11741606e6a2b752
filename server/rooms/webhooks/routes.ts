import * as v from 'valibot';
import {
  idParam,
  newWebhook,
  pageOf,
  webhook,
  webhookAnswer,
  webhookCall,
  webhookInput,
  webhookPatch,
} from '../../../contract/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { Doorway } from './doorway.ts';
import type { Webhooks } from './webhooks.ts';

const tag = 'Webhooks';
const params = v.strictObject({ webhookId: idParam });
const one = '/api/v1/webhooks/{webhookId}';

/** The routes of webhooks, and the one by which they are called. */
export const webhookRoutes = (webhooks: Webhooks, doorway: Doorway): Route[] => [
  callRoute(doorway, 'POST'),
  callRoute(doorway, 'GET'),
  ...readingRoutes(webhooks),
  ...writingRoutes(webhooks),
];

/** The original's path. What the body says is not looked at, but for the signature. */
const callRoute = (doorway: Doorway, method: 'GET' | 'POST'): Route =>
  route({
    method,
    path: '/webhook/{token}',
    access: 'public',
    summary: method === 'POST' ? 'Begin what a webhook does' : 'The same by GET, where the webhook allows it',
    tag,
    params: v.strictObject({ token: v.pipe(v.string(), v.maxLength(200)) }),
    ...(method === 'POST' ? { body: v.optional(v.unknown()) } : {}),
    answers: { 202: webhookAnswer },
    handle: async ({ params, address, header, ...call }) => {
      if (call.method !== method || header('sec-purpose')?.includes('prefetch')) throw notMeant();
      const { run, headers } = await doorway.knock({
        token: params.token,
        method,
        address,
        timestamp: header('x-chrontainer-timestamp'),
        signature: header('x-chrontainer-signature'),
        body: call.bodyText,
      });
      const url = `/api/v1/runs/${run.id}`;
      return { status: 202, body: { runId: run.id, url }, headers: { ...headers, Location: url } };
    },
  });

/** A browser that loads a link ahead, or a preview that asks for the head alone, means nothing by it. */
const notMeant = (): ChrontainerError =>
  new ChrontainerError('CHR_METHOD_NOT_ALLOWED', 'A webhook is called by POST, or by GET where that is allowed.', {
    headers: { Allow: 'POST, GET' },
  });

const readingRoutes = (webhooks: Webhooks): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/webhooks',
    access: 'session',
    summary: "My webhooks; with the right users everybody's",
    tag,
    answers: { 200: pageOf(webhook) },
    handle: async ({ caller }) => ({ body: { items: await webhooks.list(caller), nextCursor: null } }),
  }),
  route({
    method: 'GET',
    path: one,
    access: 'session',
    summary: 'One webhook',
    tag,
    params,
    answers: { 200: webhook },
    handle: async ({ params, caller }) => ({ body: await webhooks.get(params.webhookId, caller) }),
  }),
  route({
    method: 'GET',
    path: `${one}/calls`,
    access: 'session',
    summary: 'Its last calls, newest first, with what became of them',
    tag,
    params,
    answers: { 200: pageOf(webhookCall) },
    handle: async ({ params, caller }) => ({
      body: { items: await webhooks.calls(params.webhookId, caller), nextCursor: null },
    }),
  }),
];

const writingRoutes = (webhooks: Webhooks): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/webhooks',
    access: 'session',
    isSensitive: true,
    summary: 'Make a webhook; this answer alone holds its address',
    tag,
    body: webhookInput,
    answers: { 201: newWebhook },
    handle: async ({ body, caller }) => ({ status: 201, body: await webhooks.create(body, caller) }),
  }),
  route({
    method: 'PATCH',
    path: one,
    access: 'session',
    isSensitive: true,
    summary: 'Change a webhook; its address stays',
    tag,
    params,
    body: webhookPatch,
    answers: { 200: webhook },
    handle: async ({ params, body, caller }) => ({ body: await webhooks.change(params.webhookId, body, caller) }),
  }),
  route({
    method: 'POST',
    path: `${one}/rotate`,
    access: 'session',
    isSensitive: true,
    summary: 'Give it a new address, and a new secret; the old ones end at once',
    tag,
    params,
    answers: { 200: newWebhook },
    handle: async ({ params, caller }) => ({ body: await webhooks.rotate(params.webhookId, caller) }),
  }),
  route({
    method: 'DELETE',
    path: one,
    access: 'session',
    summary: 'Delete a webhook',
    tag,
    params,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await webhooks.remove(params.webhookId, caller);
      return { status: 204 };
    },
  }),
];
