import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { afterAllSoFar } from '../../../lab/engine-events.ts';
import type { FaultProxy } from '../../../lab/fault-proxy.ts';
import { faultProxy } from '../../../lab/fault-proxy.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { on, Stage } from '../../stage.ts';

let engine: LabEngine;
let proxy: FaultProxy;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  proxy = await faultProxy(engine.socket);
  stage = await Stage.open(proxy.url);
});
after(async () => {
  await stage.close();
  await proxy.close();
  await engine.close();
});

test('a restart whose answer is lost is not asked for again, however many retries the step has', async () => {
  // It takes its time to stop: while it does, the call is under way for certain.
  await engine.run('web', { cmd: ['sh', '-c', 'trap "sleep 2; exit 0" TERM; while :; do sleep 0.1; done'] });
  const since = await afterAllSoFar();
  const id = await stage.begin({ action: 'restart', targets: on('web'), retries: 3 });
  const happened = async (action: string) => (await engine.events(since)).filter((event) => event.action === action);
  await waitUntil('the engine to be at it', 20_000, 20, async () => (await happened('kill')).length > 0);
  proxy.cut();
  const run = await stage.rooms.runs.waitFor(id, 60_000);
  const [target] = run.steps[0]?.targets ?? [];
  assert.equal(run.outcome, 'succeeded', target?.message ?? '');
  assert.equal(target?.attempts, 1);
  assert.equal((await happened('restart')).length, 1);
});
