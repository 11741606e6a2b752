import { recoveryCodes, secondFactor, totpConfirmation, totpStart } from '../../../../contract/index.ts';
import type { Route } from '../../../http/index.ts';
import { route } from '../../../http/index.ts';
import type { Accounts } from '../accounts.ts';

const tag = 'My account';
const path = '/api/v1/me/second-factor';

/** The routes of what my account asks for beside the password. */
export const secondFactorRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'GET',
    path,
    access: 'session',
    summary: 'What is asked for beside my password',
    tag,
    answers: { 200: secondFactor },
    handle: async ({ caller }) => ({ body: await accounts.secondFactorOf(caller) }),
  }),
  route({
    method: 'POST',
    path: `${path}/totp`,
    access: 'session',
    isSensitive: true,
    summary: 'A secret for an app that makes codes; this answer alone holds it',
    tag,
    answers: { 200: totpStart },
    handle: async ({ caller }) => ({ body: await accounts.secondFactors.begin(caller) }),
  }),
  route({
    method: 'POST',
    path: `${path}/totp/confirm`,
    access: 'session',
    isSensitive: true,
    summary: "The app's first code: from now on codes are asked for. My other sessions end",
    tag,
    body: totpConfirmation,
    answers: { 200: recoveryCodes },
    handle: async ({ body, caller }) => ({ body: await accounts.secondFactors.confirm(body.code, caller) }),
  }),
  route({
    method: 'DELETE',
    path: `${path}/totp`,
    access: 'session',
    isSensitive: true,
    summary: 'Ask for no codes any more',
    tag,
    answers: { 204: null },
    handle: async ({ caller }) => {
      await accounts.secondFactors.disable(caller);
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: `${path}/recovery-codes`,
    access: 'session',
    isSensitive: true,
    summary: 'New recovery codes; the old ones end',
    tag,
    answers: { 200: recoveryCodes },
    handle: async ({ caller }) => ({ body: await accounts.secondFactors.renewCodes(caller) }),
  }),
];
