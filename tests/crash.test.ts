import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Run, Schedule } from '../contract/index.ts';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import type { EngineEvent } from '../lab/engine-events.ts';
import type { Program } from '../lab/process.ts';
import { startProgram } from '../lab/process.ts';
import { waitUntil } from '../lab/wait.ts';
import { ApiClient } from './api-client.ts';

/** How long the schedules run, and how often the program is killed meanwhile. CRASH_SECONDS and CRASH_KILLS set more. */
const seconds = Number(process.env.CRASH_SECONDS ?? 30);
const kills = Number(process.env.CRASH_KILLS ?? 5);
const everyMs = 2_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The engine's own account, gathered while it lasts: it keeps only its last 256 events. */
class Witness {
  #events = new Map<string, EngineEvent>();
  #engine: LabEngine;
  #since = Date.now();

  constructor(engine: LabEngine) {
    this.#engine = engine;
  }

  async look(): Promise<void> {
    for (const event of await this.#engine.events(this.#since)) {
      this.#events.set(`${event.at} ${event.name} ${event.action}`, event);
    }
  }

  times(container: string, action: string): number[] {
    const fitting = [...this.#events.values()].filter((e) => e.name === container && e.action === action);
    return fitting.map((e) => e.at).sort((a, b) => a - b);
  }
}

test('killed again and again, every slot has exactly one run, and the engine saw what the ledger says', async (t) => {
  const engine = await privateEngine();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'chr-crash-'));
  t.after(async () => {
    await engine.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  for (const name of ['alpha', 'beta', 'gamma']) await engine.run(name);
  const witness = new Witness(engine);
  const start = () => startProgram({ dockerHost: engine.url, dataDirectory });

  let program = await start();
  const client = new ApiClient(program.url);
  await client.setUp();
  const on = (container: string) => ({ targets: [{ hostId: 1, container }] });
  const expression = '*/2 * * * * *';
  const schedules = [
    await client.schedule('alpha', expression, [{ action: 'restart', ...on('alpha') }]),
    await client.schedule('beta', expression, [{ action: 'restart', ...on('beta') }]),
    await client.schedule('gamma', expression, [
      { action: 'pause', ...on('gamma') },
      { action: 'unpause', ...on('gamma') },
    ]),
  ];
  const endAt = Date.now() + seconds * 1000;
  for (let kill = 1; kill <= kills; kill++) {
    await sleep(((endAt - Date.now()) / (kills - kill + 2)) * (0.6 + 0.8 * Math.random()));
    await witness.look();
    await program.kill9();
    program = await start();
  }
  await sleep(Math.max(0, endAt - Date.now()));
  const figures = await account(program, schedules, witness);
  t.diagnostic(`${kills} kills in ${seconds} s: ${JSON.stringify(figures)}`);
  await program.close();
});

/** Ends the schedules, waits until all runs are over, and compares the three accounts. */
const account = async (program: Program, schedules: Schedule[], witness: Witness) => {
  const client = new ApiClient(program.url);
  await client.signIn();
  const outcomes: Record<string, number> = {};
  for (const { id } of schedules) await client.expect(200, 'POST', `/api/v1/schedules/${id}/disable`, {});
  for (const schedule of schedules) {
    const disabled = await client.expect<Schedule>(200, 'GET', `/api/v1/schedules/${schedule.id}`);
    let runs: Run[] = [];
    await waitUntil(`the runs of ${schedule.name} to be over`, 60_000, 100, async () => {
      runs = await client.runs(schedule.id);
      return runs.every((run) => !['pending', 'running'].includes(run.outcome));
    });
    checkSlots(runs, Date.parse(schedule.createdAt), Date.parse(disabled.updatedAt));
    await witness.look();
    checkEffects(runs, witness);
    for (const { outcome } of runs) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
};

/** Slots of the rule in force = runs recorded, one for one. */
const checkSlots = (runs: Run[], fromMs: number, toMs: number): void => {
  const first = (Math.floor(fromMs / everyMs) + 1) * everyMs;
  const expected: string[] = [];
  for (let at = first; at <= toMs; at += everyMs) expected.push(new Date(at).toISOString());
  assert.deepEqual(runs.map((run) => run.scheduledFor).sort(), expected);
};

/** What the engine did = what the ledger says was done, effect for effect; and never two at once. */
const checkEffects = (runs: Run[], witness: Witness): void => {
  const steps = runs.flatMap((run) =>
    run.steps.flatMap((step) => step.targets.map((t) => ({ ...t, action: step.action }))),
  );
  for (const action of new Set(steps.map((step) => step.action))) {
    const done = steps.filter(
      (step) => step.action === action && step.outcome === 'succeeded' && !isIdle(step.message),
    );
    const container = done[0]?.container ?? '';
    const seen = witness.times(container, action);
    assert.equal(seen.length, done.length, `${action} of ${container}: engine ${seen.length}, ledger ${done.length}`);
  }
  assert.ok(!steps.some((step) => step.outcome === 'interrupted'), 'the engine could tell of every attempt');
};

/** Succeeded because nothing was to be done: the engine was not asked. */
const isIdle = (message: string | null): boolean => /already|was not paused/.test(message ?? '');
