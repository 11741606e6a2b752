import * as v from 'valibot';
import { emailChange, me, mePatch, pageOf, sessionItem } from '../../../contract/index.ts';
import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { Profiles } from './profiles.ts';

const tag = 'My account';

/** The routes of one's own account. */
export const meRoutes = (profiles: Profiles): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/me',
    access: 'session',
    summary: 'My account: what I may do, and what I like',
    tag,
    answers: { 200: me },
    handle: async ({ caller }) => ({ body: await profiles.get(caller) }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/me',
    access: 'session',
    summary: 'Change my language, time zone or theme',
    tag,
    body: mePatch,
    answers: { 200: me },
    handle: async ({ body, caller }) => ({ body: await profiles.change(body, caller) }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/me/email',
    access: 'session',
    isSensitive: true,
    summary: 'Change my e-mail address; it counts once it is verified',
    tag,
    body: emailChange,
    answers: { 200: me },
    handle: async ({ body, caller }) => ({ body: await profiles.changeEmail(body.email, caller) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/me/sessions',
    access: 'session',
    summary: 'Where I am signed in',
    tag,
    answers: { 200: pageOf(sessionItem) },
    handle: async ({ caller }) => ({ body: { items: await profiles.sessions(caller), nextCursor: null } }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/me/sessions/{sessionId}',
    access: 'session',
    summary: 'End one of my sessions',
    tag,
    params: v.strictObject({ sessionId: v.pipe(v.string(), v.maxLength(64)) }),
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await profiles.endSession(params.sessionId, caller);
      return { status: 204 };
    },
  }),
];
