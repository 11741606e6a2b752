import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Scenario } from '../../scenario.ts';
import { withScenario } from '../../scenario.ts';
import { Auditor } from './index.ts';

const ada = { kind: 'user', id: 1, name: 'ada', address: null } as const;
const write = async ({ activity, clock }: Scenario, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    await activity.record({ actor: ada, action: 'container.stop', target: `c${i}`, result: 'ok' });
    await clock.advance(1000);
  }
};
const check = (scenario: Scenario) => new Auditor(scenario).check();
const idOf = async ({ db }: Scenario, target: string): Promise<number> =>
  (await db.selectFrom('activity').select('id').where('target', '=', target).executeTakeFirstOrThrow()).id;

test('a log that nobody touched is whole', () =>
  withScenario({ hasAccounts: false }, async (scenario) => {
    assert.deepEqual(await check(scenario), { isWhole: true, lines: 0, brokenAt: null, head: null });
    await write(scenario, 5);
    const { isWhole, lines, head } = await check(scenario);
    assert.ok(isWhole && lines === 5 && /^[0-9a-f]{64}$/.test(head ?? ''));
  }));

type Tampering = (scenario: Scenario, id: number) => Promise<unknown>;

const setting =
  (column: string, value: string | number): Tampering =>
  ({ db }, id) =>
    sql`UPDATE activity SET ${sql.ref(column)} = ${value} WHERE id = ${id}`.execute(db);

const tamperings: Record<string, Tampering> = {
  ...Object.fromEntries(['actor', 'action', 'target', 'result', 'message'].map((one) => [one, setting(one, 'x')])),
  ...Object.fromEntries(['at', 'run_id', 'host_id', 'schedule_id'].map((one) => [one, setting(one, 7)])),
  'its hash taken away': setting('hash', ''),
  removed: ({ db }, id) => db.deleteFrom('activity').where('id', '=', id).execute(),
  'put in': async ({ db }, id) => {
    const row = await db.selectFrom('activity').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await db
      .insertInto('activity')
      .values({ ...row, id: 999 })
      .execute();
  },
  moved: async ({ db }, id) => {
    await db.updateTable('activity').set({ id: 998 }).where('id', '=', id).execute();
    await db
      .updateTable('activity')
      .set({ id })
      .where('id', '=', id + 1)
      .execute();
  },
};

for (const [name, tamper] of Object.entries(tamperings)) {
  test(`a line that was tampered with is found: ${name}`, () =>
    withScenario({ hasAccounts: false }, async (scenario) => {
      await write(scenario, 6);
      await tamper(scenario, await idOf(scenario, 'c2'));
      const { isWhole, brokenAt } = await check(scenario);
      assert.equal(isWhole, false);
      assert.ok(brokenAt !== null);
    }));
}

test('lines that are deleted for their age leave an anchor from which the rest is whole, also when all are gone', () =>
  withScenario({ hasAccounts: false }, async (scenario) => {
    await write(scenario, 6);
    const auditor = new Auditor(scenario);
    assert.equal(await auditor.forgetBefore(scenario.clock.now() - 3000), 3);
    assert.deepEqual(await check(scenario).then(({ isWhole, lines }) => [isWhole, lines]), [true, 3]);
    await scenario.db.deleteFrom('activity').where('target', '=', 'c3').execute();
    assert.equal((await check(scenario)).isWhole, false, 'the oldest that is left cannot be taken away unseen');
    assert.equal(await auditor.forgetBefore(scenario.clock.now() + 1), 2);
    assert.equal(await auditor.forgetBefore(scenario.clock.now() + 1), 0);
    await write(scenario, 2);
    assert.deepEqual(await check(scenario).then(({ isWhole, lines }) => [isWhole, lines]), [true, 2]);
  }));

test('many lines at once, in transactions and beside them, stay one chain', () =>
  withScenario({ hasAccounts: false }, async (scenario) => {
    const { db, activity } = scenario;
    const line = { actor: ada, action: 'x', result: 'ok' } as const;
    const twice = () =>
      db.transaction().execute(async (trx) => {
        await activity.record(line, trx);
        await activity.record(line, trx);
      });
    await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? activity.record(line) : twice())));
    const broken = db.transaction().execute(async (trx) => {
      await activity.record(line, trx);
      throw new Error('rolled back');
    });
    await assert.rejects(broken);
    await activity.record(line);
    const { isWhole, lines } = await check(scenario);
    assert.deepEqual([isWhole, lines], [true, 101]);
  }));
