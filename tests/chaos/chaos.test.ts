import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { Run, Schedule } from '../../contract/index.ts';
import { waitUntil } from '../../lab/wait.ts';
import { Diary, tally } from './diary.ts';
import type { Difference } from './effects.ts';
import { compareEffects } from './effects.ts';
import { wreakHavoc } from './faults.ts';
import { deedsOf, faultsOfLedger, unfounded } from './ledger.ts';
import { unexplained } from './matching.ts';
import { actionsAt, overlapsAt } from './overlaps.ts';
import type { Rule } from './rules.ts';
import { addRule, rules, slotsOf } from './rules.ts';
import { Seeded } from './seeded.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/**
 * What CHAOS_SEED, CHAOS_SECONDS and CHAOS_KILLS may set otherwise: how the faults are drawn, and how long and until how
 * many kills of the program at the least. The long form runs without the test runner, which has a limit of its own:
 * `CHAOS_KILLS=300 node tests/chaos/chaos.test.ts`
 */
const seed = Number(process.env['CHAOS_SEED'] ?? 7);
const seconds = Number(process.env['CHAOS_SECONDS'] ?? 30);
const kills = Number(process.env['CHAOS_KILLS'] ?? 5);
/** Runs that were under way when the last fault was healed have their patience still to come. */
const settleMs = 90_000;
const isLong = kills > 30 || seconds > 60;
const timeout = isLong ? 4 * 3_600_000 : 240_000;

test('whatever breaks, each slot has one run, and the engines did what the ledger says, once', {
  timeout,
}, async (t) => {
  const closings: (() => unknown)[] = [];
  t.after(async () => {
    for (const close of closings.reverse()) await close();
  });
  t.diagnostic(`CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds} CHAOS_KILLS=${kills}`);
  const stage = await openStage(isLong ? 512 : 64, (close) => closings.push(close));
  const { client, clock } = stage;
  await client.setUp();
  await client.untilSeen('a1', 'a2', 'a3', 'b1', 'b2', 'b3');
  const known: { rule: Rule; schedule: Schedule }[] = [];
  for (const rule of rules) {
    const before = clock.now();
    const schedule = await addRule(client, rule);
    assertBetween(before, Date.parse(schedule.createdAt), clock.now());
    known.push({ rule, schedule });
  }
  const diary = new Diary();
  await wreakHavoc(stage, diary, new Seeded(seed), { seconds, kills });
  const runs: Run[] = [];
  const badSlots: string[] = [];
  for (const { rule, schedule } of known) {
    const own = await endOf(stage, schedule);
    runs.push(...own.runs);
    badSlots.push(...wrongSlots(rule, own.runs, Date.parse(schedule.createdAt), own.disabledAt));
  }
  report(t, stage, diary, runs, badSlots);
});

/** Disables a schedule, waits for the end of its runs, and reads them. */
const endOf = async ({ client, clock }: Stage, { id, name }: Schedule) => {
  const before = clock.now();
  const disabled = await client.expect<Schedule>(200, 'POST', `/api/v1/schedules/${id}/disable`, {});
  const disabledAt = Date.parse(disabled.updatedAt);
  assertBetween(before, disabledAt, clock.now());
  await waitUntil(`the runs of ${name} to be over`, settleMs, 200, async () => {
    const active = await Promise.all(['pending', 'running'].map((outcome) => runsIn(client, id, outcome)));
    return active.flat().length === 0;
  });
  return { runs: await client.runs(id), disabledAt };
};

const runsIn = async (client: Stage['client'], id: number, outcome: string) =>
  (await client.expect<{ items: Run[] }>(200, 'GET', `/api/v1/runs?schedule=${id}&outcome=${outcome}`)).items;

/** The rule was in force from and to an instant that the test itself can vouch for. */
const assertBetween = (from: number, instant: number, to: number): void => {
  assert.ok(instant >= from - 50 && instant <= to + 50, `${instant} is not between ${from} and ${to}`);
};

/** Slots of the rule in force = runs recorded, one for one. */
const wrongSlots = (rule: Rule, runs: readonly Run[], fromMs: number, toMs: number): string[] => {
  const recorded = tally(runs.map((run) => run.scheduledFor ?? 'none'));
  const expected = slotsOf(rule, fromMs, toMs);
  const wrong = expected
    .filter((slot) => recorded[slot] !== 1)
    .map((slot) => `${slot} has ${recorded[slot] ?? 0} runs`);
  const slots = new Set(expected);
  const surplus = Object.keys(recorded).filter((slot) => !slots.has(slot));
  return [...wrong, ...surplus.map((slot) => `${slot} is no slot, but has a run`)].map(
    (text) => `${rule.name}: ${text}`,
  );
};

/** Compares all accounts, prints the figures, and insists on them. */
const report = (t: TestContext, stage: Stage, diary: Diary, runs: Run[], badSlots: string[]): void => {
  const deeds = deedsOf(runs, stage.clock);
  const effects = stage.sites.flatMap((site) =>
    [...new Set(site.containers.values())].map((container) => compareEffects(site, container, deeds, diary)),
  );
  const differences = effects.flatMap((e) => e.differences);
  const of = (kind: Difference['kind']) => differences.filter((d) => d.kind === kind).map((d) => d.text);
  const findings = {
    'slots without exactly one run': badSlots,
    'effects done twice': of('double'),
    'effects without a run': of('unaccounted'),
    'successes that nobody saw': of('unseen'),
    'calls beyond the attempts': stage.sites.flatMap((site) => surplusCalls(site, deeds)),
    'overlaps on a target': stage.sites.flatMap(overlapsAt),
    'outcomes without a reason': unfounded(deeds, diary),
    'contradictions in the ledger': faultsOfLedger(runs),
  };
  const rows: [string, object | number][] = [
    ['faults', diary.counts()],
    ['lives of the program', stage.lives],
    ['slots', runs.length],
    ['runs by outcome', tally(runs.map((run) => run.outcome))],
    ['steps on a container by outcome', tally(deeds.map((deed) => (deed.isIdle ? 'idle' : deed.outcome)))],
    ['effects seen from outside', effects.reduce((sum, e) => sum + e.seen, 0)],
    ...Object.entries(findings).map(([name, found]): [string, number] => [name, found.length]),
  ];
  for (const [name, value] of rows) t.diagnostic(`${name}: ${JSON.stringify(value)}`);
  const found = Object.entries(findings).flatMap(([name, texts]) =>
    texts.slice(0, 20).map((text) => `${name}: ${text}`),
  );
  if (found.length > 0) t.diagnostic(`the program's last complaints:\n${complaints(stage.output())}`);
  assert.deepEqual(found, []);
};

const complaints = (output: string): string =>
  output
    .split('\n')
    .filter((line) => /"level":"(warn|error)"/.test(line))
    .slice(-30)
    .join('\n');

/** Calls that reached the engine and are more than the ledger knows attempts for. */
const surplusCalls = (site: Stage['sites'][number], deeds: ReturnType<typeof deedsOf>): string[] => {
  const attempts = deeds.flatMap((deed) => Array.from({ length: deed.attempts }, () => deed));
  return [...Map.groupBy(actionsAt(site), (a) => `${a.action} of ${a.container}`)].flatMap(([name, calls]) => {
    const own = attempts.filter((d) => d.hostId === site.hostId && `${d.action} of ${d.container}` === name);
    const left = unexplained(
      calls.map(({ request }) => request),
      own,
    );
    return left.map((request) => `${name} at ${new Date(request.at).toISOString()}`);
  });
};
