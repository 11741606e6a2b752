import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabProvider } from '../../../../lab/oidc-provider.ts';
import { openProvider } from '../../../../lab/oidc-provider.ts';
import { Outbound } from '../../../outbound/index.ts';
import { RelyingParty } from './relying-party.ts';

const redirectUri = 'http://127.0.0.1:1/api/v1/session/oidc/callback';

const withProvider = async (act: (provider: LabProvider, party: RelyingParty) => Promise<void>): Promise<void> => {
  const provider = await openProvider(redirectUri);
  const { issuer, client } = provider;
  const access = {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    redirectUri,
    scope: 'openid email groups',
  };
  await act(provider, new RelyingParty(access, new Outbound(() => true))).finally(() => provider.close());
};

test('a real provider tells who has come, with e-mail and groups', () =>
  withProvider(async (provider, party) => {
    const begun = await party.begin();
    const claims = await party.finish(await provider.visit(begun.address), begun);
    assert.deepEqual(
      [claims['sub'], claims['email'], claims['email_verified'], claims['groups']],
      ['u-1', 'ada@example.org', true, ['ops']],
    );
  }));

test("another sign-in's state, nonce or verifier, and a code that was used, lead nowhere", () =>
  withProvider(async (provider, party) => {
    for (const field of ['state', 'nonce', 'verifier'] as const) {
      const [begun, other] = [await party.begin(), await party.begin()];
      const returned = await provider.visit(begun.address);
      await assert.rejects(party.finish(returned, { ...begun, [field]: other[field] }), field);
    }
    const begun = await party.begin();
    const returned = await provider.visit(begun.address);
    await party.finish(returned, begun);
    await assert.rejects(party.finish(returned, begun));
  }));

test('an issuer on this machine or its network is asked only where an admin allows it', () =>
  withProvider(async ({ issuer, client }) => {
    const access = { issuer, clientId: client.id, clientSecret: client.secret, redirectUri, scope: 'openid' };
    await assert.rejects(new RelyingParty(access, new Outbound(() => false)).begin(), (error: Error) =>
      /an admin can allow those/.test(String(error.cause ?? error)),
    );
  }));
