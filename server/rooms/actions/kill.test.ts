import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Step } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { RecordingProxy } from '../../../lab/recording-proxy.ts';
import { recordingProxy } from '../../../lab/recording-proxy.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { on, Stage } from '../../stage.ts';
import type { Note } from './kind.ts';
import { findKind } from './registry.ts';
import { workOn } from './work-on.ts';

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

/** What was asked about the container. */
const asked = async (name: string, signal?: string) => {
  proxy.take();
  const run = await stage.run({ action: 'kill', targets: on(name), ...(signal && { options: { signal } }) });
  const methods = proxy.take().flatMap(({ method, path }) => (path.includes('/containers/') ? [method] : []));
  return { run, methods };
};
const pictured = (name: string) => stage.rooms.hosts.byName(1, name);
const untilPictured = (name: string, state: string) =>
  waitUntil(`${name} to be ${state}`, 30_000, 20, () => pictured(name)?.state === state);

test('a signal that leaves no mark is known by what the engine answers: the container is not looked at for it', async () => {
  await engine.run('web');
  await untilPictured('web', 'running');
  const { run, methods } = await asked('web', 'SIGWINCH');
  assert.equal(run.outcome, 'succeeded');
  assert.equal(run.message, 'SIGWINCH was sent');
  assert.deepEqual(methods, ['POST']);
});

test('a signal for a container that does not run is not sent, and the run says why', async () => {
  await engine.run('idle');
  await engine.request('POST', '/containers/idle/kill');
  await untilPictured('idle', 'exited');
  const { run, methods } = await asked('idle', 'SIGWINCH');
  assert.equal(run.outcome, 'failed');
  assert.equal(run.message, 'it is not running, so no signal can reach it');
  assert.deepEqual(methods, ['GET']);
});

test('where the picture is old, a signal goes to the container that has the name now', async () => {
  const id = await engine.run('again');
  await untilPictured('again', 'running');
  const old = pictured('again');
  await engine.request('DELETE', `/containers/${id}?force=true`);
  const now = await engine.run('again');
  const notes: Note[] = [];
  const write = async (note: Note) => void notes.push(note);
  const step: Step = { action: 'kill', targets: on('again'), options: { signal: 'SIGTERM' } };
  const work = workOn(stage, step, { container: 'again', pictured: () => old, dispatch: write, amend: write });
  const attempted = await findKind('kill')?.attempt(work);
  assert.equal(attempted?.message, 'SIGTERM was sent');
  assert.deepEqual(
    notes.map(({ before }) => before?.id),
    [id, now],
  );
  await untilPictured('again', 'exited');
});

test('a kill is done when the container was seen to have ended', async () => {
  await engine.run('job');
  const { run, methods } = await asked('job');
  assert.equal(run.message, 'killed, exit code 137');
  assert.ok(methods.slice(methods.indexOf('POST')).includes('GET'));
});
