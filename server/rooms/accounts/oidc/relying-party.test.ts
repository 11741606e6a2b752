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
    kind: 'oidc' as const,
    hostedDomain: null,
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    redirectUri,
    scope: 'openid email groups',
  };
  await act(provider, new RelyingParty(access, new Outbound(() => true))).finally(() => provider.close());
};

const visit = async (provider: LabProvider, { address }: { address: string }): Promise<Record<string, string>> =>
  Object.fromEntries((await provider.visit(address)).searchParams);

test('a real provider tells who has come, with e-mail and groups', () =>
  withProvider(async (provider, party) => {
    const begun = await party.begin();
    const claims = await party.finish(await visit(provider, begun), begun);
    assert.deepEqual(
      [claims['sub'], claims['email'], claims['email_verified'], claims['groups']],
      ['u-1', 'ada@example.org', true, ['ops']],
    );
  }));

test("another sign-in's state, nonce or verifier, and a code that was used, lead nowhere", () =>
  withProvider(async (provider, party) => {
    for (const field of ['state', 'nonce', 'verifier'] as const) {
      const [begun, other] = [await party.begin(), await party.begin()];
      const returned = await visit(provider, begun);
      await assert.rejects(party.finish(returned, { ...begun, [field]: other[field] }), field);
    }
    const begun = await party.begin();
    const returned = await visit(provider, begun);
    await party.finish(returned, begun);
    await assert.rejects(party.finish(returned, begun));
  }));

test('an issuer on this machine or its network is asked only where an admin allows it', () =>
  withProvider(async ({ issuer, client }) => {
    const who = { clientId: client.id, clientSecret: client.secret, redirectUri, scope: 'openid' };
    const access = { ...who, kind: 'oidc' as const, issuer, hostedDomain: null };
    await assert.rejects(new RelyingParty(access, new Outbound(() => false)).begin(), (error: Error) =>
      /an admin can allow those/.test(String(error.cause ?? error)),
    );
  }));

test('a sign-in that is asked for anew is one, by the time that the provider tells', () =>
  withProvider(async (provider, party) => {
    const begun = await party.begin(true);
    assert.deepEqual(
      ['prompt', 'max_age', 'code_challenge_method'].map((name) => new URL(begun.address).searchParams.get(name)),
      ['login', '300', 'S256'],
    );
    const claims = await party.finish(await visit(provider, begun), begun);
    assert.equal(typeof claims['auth_time'], 'number');
    const plain = await party.begin();
    await assert.rejects(party.finish(await visit(provider, plain), { ...plain, isAgain: true }), (error: Error) =>
      /auth_time/.test(String(error.cause)),
    );
  }));

test('Google is never believed to have asked anew: it does not tell', () =>
  withProvider(async ({ issuer, client }) => {
    const who = { clientId: client.id, clientSecret: client.secret, redirectUri, scope: 'openid' };
    const access = { ...who, kind: 'google' as const, issuer, hostedDomain: null };
    const begun = await new RelyingParty(access, new Outbound(() => true)).begin(true);
    assert.equal(begun.isAgain, false);
    assert.equal(new URL(begun.address).searchParams.get('prompt'), 'select_account');
  }));
