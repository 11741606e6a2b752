import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Step } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { ada, on, Stage, targetOf } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  await engine.run('web', { labels: { tier: 'front' } });
  stage = await Stage.open(engine.url);
  await stage.rooms.hostKeeper.change(1, { grants: ['observe', 'operate'] }, ada);
  await stage.rooms.hosts.settled();
});
after(async () => {
  await stage.close();
  await engine.close();
});

const pause: Step = { action: 'pause', targets: on('web') };
const command: Step = { action: 'exec', targets: on('web'), options: { command: ['true'] } };
const trigger = { kind: 'manual' } as const;
const refusal = /allows observe, operate only; exec needs the grant exec/;

const actsOf = async (): Promise<number> =>
  (await engine.events()).filter(({ action, name }) => action === 'pause' && name === 'web').length;

test('a run with a step that its host refuses does not do the steps before it, and names host and grant', async () => {
  const run = await stage.run(pause, command);
  assert.equal(run.outcome, 'failed');
  assert.match(run.message ?? '', /^nothing was done: the host .+ allows observe, operate only/);
  assert.match(run.message ?? '', refusal);
  assert.equal(await actsOf(), 0);
});

test('what a host refuses among others that a label means is told of that target, and the steps before it are done', async () => {
  const wide: Step = { ...command, targets: [{ label: 'tier', value: 'front' }] };
  const run = await stage.run(pause, wide, { action: 'unpause', targets: on('web') });
  assert.equal(run.outcome, 'failed');
  assert.equal(targetOf(run, 0).outcome, 'succeeded');
  assert.equal(targetOf(run, 1).outcome, 'failed');
  await stage.run({ action: 'unpause', targets: on('web') });
});

test('a rehearsal says which step its host refuses', async () => {
  const input = v.parse(scheduleInput, { name: 'x', trigger, steps: [pause, command] });
  const { obstacles } = await stage.rooms.previews.rehearseDraft(input);
  assert.match(obstacles.join('\n'), refusal);
});

test('with the grant the run does its steps', async () => {
  await stage.rooms.hostKeeper.change(1, { grants: ['observe', 'operate', 'exec'] }, ada);
  await stage.rooms.hosts.settled();
  const run = await stage.run(command);
  assert.equal(run.outcome, 'succeeded', run.message ?? '');
});
