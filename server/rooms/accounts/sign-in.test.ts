import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { activityQuery } from '../../../contract/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, scenarioPassword } from '../../scenario.ts';

let scenario: Scenario;
before(async () => {
  scenario = await openScenario({ trustProxy: { kind: 'hops', count: 1 } });
});
after(() => scenario.close());

const hour = 3_600_000;
const attempt = (username: string, password: string, address: string, cookie?: string): Promise<Reply> =>
  scenario.ask('nobody', 'POST /api/v1/session', {
    body: { username, password },
    headers: { 'X-Forwarded-For': address, ...(cookie ? { Cookie: cookie } : {}) },
  });
const deviceOf = (reply: Reply): string => reply.headers['set-cookie']?.[1]?.split(';')[0] ?? '';

test('after five wrong passwords the next try has to wait, longer each time, and is told how long', async () => {
  const address = '198.51.100.1';
  for (let i = 0; i < 5; i++) {
    const reply = await attempt('admin', 'wrong', address);
    assert.equal(reply.status, 401);
    assert.match(String(reply.headers['ratelimit']), new RegExp(`^"sign-in";r=${4 - i};t=\\d+$`));
    assert.equal(reply.headers['ratelimit-policy'], '"sign-in";q=5;w=3600');
  }
  const blocked = await attempt('admin', scenarioPassword, address);
  assert.equal(blocked.status, 429);
  assert.equal(blocked.headers['retry-after'], '1');
  await scenario.clock.advance(1000);
  assert.equal((await attempt('admin', 'wrong', address)).status, 401);
  assert.equal((await attempt('admin', 'wrong', address)).headers['retry-after'], '2');
});

test('the wait never grows beyond five minutes', async () => {
  const address = '198.51.100.2';
  for (let i = 0; i < 20; i++) {
    const reply = await attempt('viewer', 'wrong', address);
    if (reply.status === 429) await scenario.clock.advance(Number(reply.headers['retry-after']) * 1000);
  }
  const last = await attempt('viewer', 'wrong', address);
  const waitMs = Number(last.headers['retry-after'] ?? 0) * 1000;
  assert.ok(waitMs <= 300_000, String(waitMs));
});

test('many guesses at once cannot slip through together', async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, () => attempt('operator', 'wrong', '198.51.100.3')));
  assert.equal(replies.filter((reply) => reply.status === 401).length, 5);
  assert.equal(replies.filter((reply) => reply.status === 429).length, 7);
});

test('a stranger who guesses at an account does not lock out its owner at another address', async () => {
  for (let i = 0; i < 8; i++) await attempt('operator', 'wrong', '198.51.100.4');
  assert.equal((await attempt('operator', 'wrong', '198.51.100.4')).status, 429);
  assert.equal((await attempt('operator', scenarioPassword, '203.0.113.4')).status, 200);
});

test('nor at the same address, when the owner comes with a browser that has signed in before', async () => {
  await scenario.clock.advance(2 * hour);
  const address = '198.51.100.5';
  const device = deviceOf(await attempt('operator', scenarioPassword, address));
  for (let i = 0; i < 8; i++) await attempt('operator', 'wrong', address);
  assert.equal((await attempt('operator', scenarioPassword, address)).status, 429);
  assert.equal((await attempt('operator', scenarioPassword, address, device)).status, 200);
  const forged = device.replace(/=.*\./, '=AAAAAAAAAAAAAAAA.');
  assert.equal((await attempt('operator', scenarioPassword, address, forged)).status, 429);
  assert.equal(
    (await attempt('admin', 'wrong', address, device)).status,
    401,
    'it is another account, so counted by address',
  );
});

test('a caller with IPv6 is counted by network', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await attempt('admin', 'wrong', `2001:db8:1:2::${i + 1}`)).status, 401);
  assert.equal((await attempt('admin', 'wrong', '2001:db8:1:2:ffff::1')).status, 429);
  assert.equal((await attempt('admin', 'wrong', '2001:db8:1:3::1')).status, 401);
});

test('guesses at many accounts from one address are slowed as well, by seconds only', async () => {
  await scenario.clock.advance(2 * hour);
  const replies: Reply[] = [];
  for (let i = 0; i < 31; i++) replies.push(await attempt(`somebody${i}`, 'wrong', '198.51.100.6'));
  assert.equal(replies.at(-1)?.status, 429);
  assert.equal(replies.at(-1)?.headers['retry-after'], '1');
});

test('an unknown name costs as much work as a wrong password', async () => {
  await scenario.clock.advance(2 * hour);
  const time = async (username: string, address: string) => {
    const samples: number[] = [];
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      await attempt(username, 'wrong', `${address}${i}`);
      samples.push(performance.now() - begun);
    }
    return Math.min(...samples);
  };
  const known = await time('admin', '192.0.2.1');
  const unknown = await time('no-such-account', '192.0.2.2');
  // Without the work the answer would come at least ten times sooner; a busy machine only makes both slower.
  assert.ok(unknown > known / 4, `${unknown} ms against ${known} ms`);
});

test('failed sign-ins stand in the activity log, without what was typed in place of a name', async () => {
  await attempt('my-secret-typed-too-early', 'wrong', '192.0.2.50');
  await attempt('viewer', 'wrong', '192.0.2.51');
  const { items } = await scenario.activity.list(v.parse(activityQuery, { limit: '2' }));
  const [viewer, unknown] = items;
  assert.deepEqual(
    [viewer?.action, viewer?.result, viewer?.actor.name, viewer?.actor.address],
    ['session.create', 'failed', 'viewer', '192.0.2.51'],
  );
  assert.deepEqual([unknown?.result, unknown?.actor.name, unknown?.target], ['failed', 'unknown', null]);
  assert.doesNotMatch(scenario.logged.join(''), /typed-too-early/);
});

test('a sign-in by a browser that the account has not used before is told, and the very first one is not', async () => {
  await scenario.clock.advance(2 * hour);
  const told = async () =>
    (await scenario.activity.list(v.parse(activityQuery, { action: 'session.new_place', actor: 'newcomer' }))).items;
  await scenario.join('newcomer', 'viewer');
  assert.deepEqual(await told(), []);
  const elsewhere = await attempt('newcomer', scenarioPassword, '203.0.113.9');
  const [line, ...others] = await told();
  assert.deepEqual(others, []);
  assert.deepEqual([line?.target, line?.result, line?.actor.address], ['newcomer', 'ok', '203.0.113.9']);
  assert.match(line?.message ?? '', /^203\.0\.113\.9, /);
  assert.equal((await attempt('newcomer', scenarioPassword, '203.0.113.10', deviceOf(elsewhere))).status, 200);
  await attempt('newcomer', 'wrong', '203.0.113.11');
  assert.equal((await told()).length, 1, 'neither a known browser elsewhere nor a failed sign-in');
});

test('passwords, references and cookies never reach the log', async () => {
  await scenario.clock.advance(2 * hour);
  const reply = await attempt('admin', scenarioPassword, '192.0.2.60');
  const reference = reply.headers['set-cookie']?.[0]?.split(/[=;]/)[1] ?? '';
  const lines = scenario.logged.join('');
  assert.equal(reference.length, 43);
  assert.ok(lines.length > 0);
  assert.equal(lines.includes(scenarioPassword) || lines.includes(reference), false);
});
