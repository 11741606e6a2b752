import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { RecordingProxy } from '../../../lab/recording-proxy.ts';
import { recordingProxy } from '../../../lab/recording-proxy.ts';
import { on, Stage } from '../../stage.ts';

let engine: LabEngine;
let proxy: RecordingProxy;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  proxy = await recordingProxy(engine.socket);
  stage = await Stage.open(proxy.url);
});
after(async () => {
  await stage.close();
  await proxy.close();
  await engine.close();
});

/** What was asked about the container from the signal on. */
const askedFrom = async (name: string, signal?: string) => {
  proxy.take();
  const run = await stage.run({ action: 'kill', targets: on(name), ...(signal && { options: { signal } }) });
  const asked = proxy.take().filter(({ path }) => path.includes('/containers/'));
  const at = asked.findIndex(({ method }) => method === 'POST');
  return { run, methods: asked.slice(at).map(({ method }) => method) };
};

test('a signal that leaves no mark is known by what the engine answers: the container is not looked at for it', async () => {
  await engine.run('web');
  const { run, methods } = await askedFrom('web', 'SIGWINCH');
  assert.equal(run.outcome, 'succeeded');
  assert.equal(run.message, 'SIGWINCH was sent');
  assert.deepEqual(methods, ['POST']);
});

test('a kill is done when the container was seen to have ended', async () => {
  await engine.run('job');
  const { run, methods } = await askedFrom('job');
  assert.equal(run.message, 'killed, exit code 137');
  assert.ok(methods.includes('GET'));
});
