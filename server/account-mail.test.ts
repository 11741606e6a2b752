import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AccountMail, Me } from '../contract/index.ts';
import type { MailServer } from '../lab/mail-server.ts';
import { openMailServer } from '../lab/mail-server.ts';
import { createRooms } from './assembly/index.ts';
import { createLogger } from './log/index.ts';
import type { PostOffice } from './rooms/accounts/index.ts';
import { notificationRoutes } from './rooms/notifications/index.ts';
import type { Reply, Scenario } from './scenario.ts';
import { openScenario, problemOf, scenarioPassword } from './scenario.ts';
import { scenarioSecrets } from './scenario-secrets.ts';

/** The accounts with the real room of notifications, and a real mail server behind it. */
interface House extends Scenario {
  channelId: number;
}

let mail: MailServer;
before(async () => {
  mail = await openMailServer();
});
after(() => mail.close());

const site = 'https://clock.example.org';
const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });

const withHouse = async (act: (house: House) => Promise<void>): Promise<void> => {
  let post: PostOffice | undefined;
  const office: PostOffice = {
    list: () => post?.list() ?? [],
    fingerprintOf: (id) => post?.fingerprintOf(id) ?? null,
    send: async (...letter) => (await post?.send(...letter)) ?? { ok: false, answer: 'not built' },
  };
  const scenario = await openScenario({
    baseUrl: site,
    post: office,
    routes: async (parts) => {
      const ground = { ...parts, log, secrets: scenarioSecrets, localUrl: 'unix:///nowhere', timeZone: 'UTC' };
      const connect = () => assert.fail('no engine is needed');
      const rooms = await createRooms({ ...ground, ownContainerId: null, connect });
      const system = { kind: 'system', id: null, name: 'test', address: null } as const;
      await rooms.settings.update({ allowPrivateAddresses: true }, system);
      post = rooms.notifications.post;
      return notificationRoutes(rooms.notifications);
    },
  });
  mail.mails.length = 0;
  try {
    const channelId = await makeChannel(scenario);
    const chosen = await scenario.ask('admin', 'PUT /api/v1/account-mail', { body: { channelId } });
    assert.equal(chosen.status, 200, chosen.text);
    assert.equal((chosen.json as AccountMail).state, 'ready');
    await act({ ...scenario, channelId });
  } finally {
    await scenario.close();
  }
};

const config = () => ({
  host: '127.0.0.1',
  port: mail.port,
  security: 'none',
  from: 'clock@example.org',
  to: ['ops@example.org'],
});

const makeChannel = async (scenario: Scenario): Promise<number> => {
  const body = { name: 'mail', target: { kind: 'email', config: config() } };
  const made = await scenario.ask('admin', 'POST /api/v1/notifications/channels', { body });
  assert.equal(made.status, 201, made.text);
  return (made.json as { id: number }).id;
};

const give = (house: House, username: string, email: string, verifiedAt: number | null = 1) =>
  house.db
    .updateTable('users')
    .set({ email, email_verified_at: verifiedAt })
    .where('username', '=', username)
    .execute();

const askFor = async (house: House, name: string): Promise<Reply> => {
  const reply = await house.ask('nobody', 'POST /api/v1/session/password-link', { body: { name } });
  await house.accounts.passwordLinks.settled();
  return reply;
};

const tokenIn = (text: string | undefined): string =>
  /https:\/\/clock\.example\.org\/new-password#([\w-]{43})/.exec(text ?? '')?.[1] ?? assert.fail(`no link: ${text}`);

const usePassword = (house: House, token: string, newPassword = 'nine purple elephants') =>
  house.ask('nobody', 'POST /api/v1/session/password', { body: { token, newPassword } });
const signIn = (house: House, password: string, more: object = {}) =>
  house.ask('nobody', 'POST /api/v1/session', { body: { username: 'viewer', password, ...more } });

test('a link by mail sets a new password once, and ends every session of the account', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    assert.equal((await askFor(house, 'viewer')).status, 204);
    const [letter] = mail.mails;
    assert.deepEqual([mail.mails.length, letter?.to], [1, ['vi@example.org']]);
    const token = tokenIn(letter?.text);
    const { hash } = await house.db.selectFrom('mailed_links').select('hash').executeTakeFirstOrThrow();
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(problemOf(await usePassword(house, token, 'password1')).errors?.[0]?.path, 'newPassword');
    assert.equal((await usePassword(house, token)).status, 204);
    assert.equal((await house.ask('viewer', 'GET /api/v1/me')).status, 401);
    assert.equal((await signIn(house, scenarioPassword)).status, 401);
    assert.equal((await signIn(house, 'nine purple elephants')).status, 200);
    assert.equal(problemOf(await usePassword(house, token, 'eight yellow lions')).errors?.[0]?.path, 'token');
    assert.match(mail.mails[1]?.text ?? '', /was set anew by a link/);
    const told = await house.db.selectFrom('activity').selectAll().where('action', 'like', 'user.password%').execute();
    assert.deepEqual(
      told.map(({ action, result, target }) => [action, result, target]),
      [
        ['user.password-link', 'ok', 'viewer'],
        ['user.password', 'ok', 'viewer'],
      ],
    );
    const written = JSON.stringify([await house.db.selectFrom('activity').selectAll().execute(), house.logged]);
    assert.ok(!written.includes(token));
  }));

test('a link is too old after half an hour, a later one ends it, and so does another address or password', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    const next = async () => {
      await house.clock.advance(61 * 60_000);
      mail.mails.length = 0;
      await askFor(house, 'VI@example.org');
      return tokenIn(mail.mails[0]?.text);
    };
    const isSpent = async (token: string) => problemOf(await usePassword(house, token)).errors?.[0]?.path === 'token';
    const old = await next();
    await house.clock.advance(30 * 60_000);
    assert.ok(await isSpent(old));
    const [first, second] = [await next(), await next()];
    assert.ok(await isSpent(first));
    await house.ask('admin', 'POST /api/v1/session/confirm', { body: { password: scenarioPassword } });
    await house.ask('admin', 'PATCH /api/v1/users/3', { body: { email: 'else@example.org' } });
    assert.ok(await isSpent(second));
    await give(house, 'viewer', 'vi@example.org');
    const third = await next();
    await house.ask('admin', 'POST /api/v1/session/confirm', { body: { password: scenarioPassword } });
    const set = await house.ask('admin', 'POST /api/v1/users/3/password', { body: { password: 'ten orange whales' } });
    assert.equal(set.status, 204);
    assert.ok(await isSpent(third));
    const fourth = await next();
    await house.db.updateTable('users').set({ enabled: 0 }).where('id', '=', 3).execute();
    assert.ok(await isSpent(fourth));
  }));

test('of two uses at once one counts', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    await askFor(house, 'viewer');
    const token = tokenIn(mail.mails[0]?.text);
    const both = await Promise.all([usePassword(house, token), usePassword(house, token, 'eight yellow lions')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [204, 400]);
  }));

test('who has no account, no verified address or is disabled gets the same answer and no letter', () =>
  withHouse(async (house) => {
    await give(house, 'operator', 'op@example.org', null);
    await give(house, 'viewer', 'vi@example.org');
    await house.db.updateTable('users').set({ enabled: 0 }).where('username', '=', 'viewer').execute();
    const answers: Reply[] = [];
    for (const name of ['nobody at all', 'operator', 'op@example.org', 'viewer'])
      answers.push(await askFor(house, name));
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)), new Set(['204 ']));
    assert.equal(mail.mails.length, 0);
    const told = await house.db.selectFrom('activity').selectAll().where('action', '=', 'user.password-link').execute();
    assert.deepEqual(
      told.map(({ target, message }) => [target, message]),
      [
        [null, 'no such account'],
        ['operator', 'disabled, or without a verified address'],
        [null, 'no such account'],
        ['viewer', 'disabled, or without a verified address'],
      ],
    );
    assert.equal((await askFor(house, 'one more')).status, 204);
    const sixth = await askFor(house, 'viewer');
    assert.deepEqual([sixth.status, sixth.headers['retry-after']], [429, '1']);
  }));

test('a mailbox gets three letters an hour, whoever asks, and the answer does not tell', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    for (let n = 0; n < 5; n++) assert.equal((await askFor(house, 'viewer')).status, 204);
    assert.equal(mail.mails.length, 3);
  }));

test('the answer takes as long for a name that there is as for one that there is not', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    const timeOf = async (name: string) => {
      const began = performance.now();
      await house.ask('nobody', 'POST /api/v1/session/password-link', { body: { name } });
      const tookMs = performance.now() - began;
      await house.accounts.passwordLinks.settled();
      return tookMs;
    };
    // Of one moment, so that what else the machine does weighs on both.
    const differences: number[] = [];
    for (let n = 0; n < 40; n++) {
      await house.clock.advance(61 * 60_000);
      differences.push((await timeOf('viewer')) - (await timeOf('nobody')));
    }
    const median = differences.sort((a, b) => a - b)[differences.length >> 1] ?? 0;
    assert.ok(mail.mails.length >= 30, 'letters were sent meanwhile');
    assert.ok(Math.abs(median) < 5, `${median.toFixed(2)} ms longer`);
  }));

test('the new password leads past no second factor', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    const secret = scenarioSecrets.seal('JBSWY3DPEHPK3PXP', { table: 'totp_secrets', row: 3, column: 'secret' });
    await house.db.insertInto('totp_secrets').values({ id: 3, secret, confirmed_at: 1, created_at: 1 }).execute();
    await askFor(house, 'viewer');
    assert.equal((await usePassword(house, tokenIn(mail.mails[0]?.text))).status, 204);
    assert.equal(problemOf(await signIn(house, 'nine purple elephants')).code, 'CHR_SECOND_FACTOR');
  }));

test('while the provider is the only way in no link is mailed, and none that was mailed before leads anywhere', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    await askFor(house, 'viewer');
    const token = tokenIn(mail.mails[0]?.text);
    const row = { label: 'x', issuer: 'https://x.example', client_id: 'x', client_secret: '', scope: 'openid' };
    const more = { default_role: null, groups_claim: null, group_roles: '[]', hosted_domain: null };
    await house.db
      .insertInto('oidc_providers')
      .values({ id: 1, ...row, ...more, enabled: 1, is_only_way: 1 })
      .execute();
    assert.equal(problemOf(await askFor(house, 'viewer')).code, 'CHR_FORBIDDEN');
    assert.equal(problemOf(await usePassword(house, token)).code, 'CHR_FORBIDDEN');
    const { json } = await house.ask('nobody', 'GET /api/v1/session/ways');
    assert.equal((json as { passwordLinks: boolean }).passwordLinks, false);
  }));

test('a channel that somebody makes lead elsewhere carries nothing until it is chosen anew, by who has every right', () =>
  withHouse(async (house) => {
    await give(house, 'viewer', 'vi@example.org');
    const target = { kind: 'email', config: { ...config(), from: 'thief@example.net' } };
    const path = `PATCH /api/v1/notifications/channels/${house.channelId}`;
    assert.equal((await house.ask('admin', path, { body: { target } })).status, 200);
    assert.equal(problemOf(await askFor(house, 'viewer')).code, 'CHR_CONFLICT');
    const { json } = await house.ask('admin', 'GET /api/v1/account-mail');
    assert.equal((json as AccountMail).state, 'changed');
    const row = { name: 'clerk', permissions: '["view","users","notifications"]', scopes: null, created_at: 0 };
    await house.db
      .insertInto('roles')
      .values({ ...row, updated_at: 0 })
      .execute();
    await house.accounts.roles.reload();
    await house.join('clerk', 'clerk');
    const body = { channelId: house.channelId };
    assert.equal((await house.ask('clerk', 'PUT /api/v1/account-mail', { body })).status, 403);
    assert.equal((await house.ask('admin', 'PUT /api/v1/account-mail', { body })).status, 200);
    const more = { kind: 'email', config: { ...config(), from: 'thief@example.net', to: ['more@example.org'] } };
    assert.equal((await house.ask('admin', path, { body: { target: more } })).status, 200);
    assert.equal((await askFor(house, 'viewer')).status, 204, 'who else is told changes nothing');
    assert.equal(mail.mails.length, 1);
  }));

test('an address is verified by a link, in the account that it was sent for alone', () =>
  withHouse(async (house) => {
    await house.ask('viewer', 'PUT /api/v1/me/email', { body: { email: 'vi@example.org' } });
    assert.equal((await house.ask('viewer', 'POST /api/v1/me/email/link')).status, 204);
    const token = /profile#verify=([\w-]{43})/.exec(mail.mails[0]?.text ?? '')?.[1];
    const verify = (who: string) => house.ask(who, 'POST /api/v1/me/email/verification', { body: { token } });
    assert.equal((await verify('operator')).status, 400);
    assert.equal(((await verify('viewer')).json as Me).isEmailVerified, true);
    assert.equal((await verify('viewer')).status, 400);
    assert.equal((await house.ask('viewer', 'POST /api/v1/me/email/link')).status, 409);
    await house.ask('operator', 'PUT /api/v1/me/email', { body: { email: 'VI@example.org' } });
    await house.ask('operator', 'POST /api/v1/me/email/link');
    const second = /profile#verify=([\w-]{43})/.exec(mail.mails[1]?.text ?? '')?.[1];
    const taken = await house.ask('operator', 'POST /api/v1/me/email/verification', { body: { token: second } });
    assert.equal(problemOf(taken).code, 'CHR_CONFLICT');
  }));
