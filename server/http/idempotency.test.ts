import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { ChrontainerError } from '../errors/index.ts';
import type { Reply, Scenario, Who } from '../scenario.ts';
import { openScenario, problemOf } from '../scenario.ts';
import type { Route } from './route.ts';
import { route } from './route.ts';

let acted = 0;
let gate: Promise<void> = Promise.resolve();
const things: Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/things',
    access: 'operate',
    summary: 'Makes a thing',
    tag: 'Test',
    body: v.strictObject({ name: v.string() }),
    query: v.strictObject({ wait: v.optional(v.string()) }),
    isIdempotent: true,
    answers: { 201: v.object({ number: v.number(), name: v.string() }) },
    handle: async ({ body }) => {
      await gate;
      acted += 1;
      if (body.name === 'refused') throw new ChrontainerError('CHR_CONFLICT', 'Not now.');
      if (body.name === 'broken') throw new Error('it broke half way');
      return { status: 201, body: { number: acted, name: body.name } };
    },
  }),
];
let scenario: Scenario;
before(async () => {
  scenario = await openScenario({ routes: () => things });
});
after(() => scenario.close());

const make = (key: string | undefined, name = 'web', who: Who = 'operator', query = ''): Promise<Reply> =>
  scenario.ask(who, `POST /api/v1/things${query}`, {
    body: { name },
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });
const actedBy = async (act: () => Promise<unknown>): Promise<number> => {
  const begun = acted;
  await act();
  return acted - begun;
};

test('without a key each call acts', async () => {
  assert.equal(await actedBy(async () => [await make(undefined), await make(undefined)]), 2);
});

test('a repeated call with the same key acts once and gets the same answer', async () => {
  const times = await actedBy(async () => {
    const first = await make('key-1');
    const second = await make('key-1');
    assert.deepEqual([second.status, second.json], [first.status, first.json]);
    assert.deepEqual(
      [first.headers['idempotent-replayed'], second.headers['idempotent-replayed']],
      [undefined, 'true'],
    );
  });
  assert.equal(times, 1);
});

test('of several at once one acts, and the others wait for its answer', async () => {
  const door = Promise.withResolvers<void>();
  gate = door.promise;
  const times = await actedBy(async () => {
    const calls = [make('key-2'), make('key-2'), make('key-2')];
    setTimeout(door.resolve, 50);
    const replies = await Promise.all(calls);
    assert.equal(new Set(replies.map((reply) => reply.text)).size, 1);
  });
  assert.equal(times, 1);
});

test('one key cannot stand for two requests', async () => {
  await make('key-3');
  for (const other of [await make('key-3', 'other'), await make('key-3', 'web', 'operator', '?wait=true')]) {
    assert.deepEqual([other.status, problemOf(other).code], [422, 'CHR_KEY_REUSED']);
  }
});

test("another caller's key is another key", async () => {
  assert.equal(await actedBy(async () => [await make('key-4'), await make('key-4', 'web', 'admin')]), 2);
});

test('a refused call did nothing, so it may come again with its key', async () => {
  assert.equal((await make('key-5', 'refused')).status, 409);
  assert.equal(await actedBy(() => make('key-5', 'refused')), 1);
});

test('a call that broke half way, or was cut off by a crash, does not act again', async () => {
  assert.equal((await make('key-6', 'broken')).status, 500);
  const times = await actedBy(async () => {
    const again = await make('key-6', 'broken');
    assert.deepEqual([again.status, problemOf(again).code], [409, 'CHR_CONFLICT']);
    assert.match(problemOf(again).detail, /look at Runs/);
  });
  assert.equal(times, 0);
});

test('a key is kept for a day and then forgotten', async () => {
  await make('key-7');
  await scenario.clock.advance(23 * 3_600_000);
  assert.equal(await actedBy(() => make('key-7')), 0);
  await scenario.clock.advance(3_600_001);
  assert.equal(await actedBy(() => make('key-7')), 1);
});

test('a key that is none is refused', async () => {
  for (const key of ['', ' ', 'x'.repeat(201)]) {
    const reply = await make(key);
    assert.equal(reply.status, 400);
    assert.deepEqual(
      problemOf(reply).errors?.map((fault) => fault.path),
      ['Idempotency-Key'],
    );
  }
});

test('bad input and a missing right are told before the key is looked at', async () => {
  assert.equal((await make('key-8', 'web', 'viewer')).status, 403);
  assert.equal((await make('key-8', 7 as unknown as string)).status, 400);
  assert.equal(await actedBy(() => make('key-8')), 1);
});
