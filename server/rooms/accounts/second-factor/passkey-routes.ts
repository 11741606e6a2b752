import * as v from 'valibot';
import {
  id,
  passkey,
  passkeyName,
  passkeyOptions,
  passkeyRegistration,
  recoveryCodes,
} from '../../../../contract/index.ts';
import type { Route } from '../../../http/index.ts';
import { route } from '../../../http/index.ts';
import type { Passkeys } from './passkeys.ts';

const tag = 'My account';
const path = '/api/v1/me/second-factor/passkeys';
const params = v.strictObject({ passkeyId: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), id) });

/** The routes of my own passkeys. */
export const passkeyRoutes = (passkeys: Passkeys): Route[] => [
  route({
    method: 'POST',
    path: `${path}/challenge`,
    access: 'session',
    isSensitive: true,
    summary: 'What my browser has to know to make a passkey',
    tag,
    answers: { 200: passkeyOptions },
    handle: async ({ caller, host }) => ({ body: await passkeys.begin(caller, host) }),
  }),
  route({
    method: 'POST',
    path,
    access: 'session',
    isSensitive: true,
    summary:
      'Add the passkey that my browser made. The first second factor brings recovery codes. My other sessions end',
    tag,
    body: passkeyRegistration,
    answers: { 201: recoveryCodes },
    handle: async ({ body, caller, host }) => ({ status: 201, body: await passkeys.add(body, caller, host) }),
  }),
  route({
    method: 'PATCH',
    path: `${path}/{passkeyId}`,
    access: 'session',
    summary: 'Name a passkey of mine',
    tag,
    params,
    body: passkeyName,
    answers: { 200: passkey },
    handle: async ({ params: { passkeyId }, body, caller }) => ({
      body: await passkeys.rename(passkeyId, body.name, caller),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${path}/{passkeyId}`,
    access: 'session',
    isSensitive: true,
    summary: 'Remove a passkey of mine. My other sessions end',
    tag,
    params,
    answers: { 204: null },
    handle: async ({ params: { passkeyId }, caller }) => {
      await passkeys.remove(passkeyId, caller);
      return { status: 204 };
    },
  }),
];
