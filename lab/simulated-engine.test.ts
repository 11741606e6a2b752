import assert from 'node:assert/strict';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { callEngine } from './engine-api.ts';
import { simulatedEngine } from './simulated-engine.ts';

const engineOf = async (t: TestContext, size: number) => {
  const engine = await simulatedEngine(size);
  t.after(() => engine.close());
  return { ...engine, call: (method: string, path: string) => callEngine(engine.socket, method, path) };
};

const stateOf = (document: unknown): unknown =>
  typeof document === 'object' && document !== null && 'State' in document ? document.State : undefined;

test('a simulated engine lists its containers and knows no others', async (t) => {
  const engine = await engineOf(t, 3);
  const list = (await engine.call('GET', '/v1.41/containers/json?all=true')).json;
  assert.equal(Array.isArray(list) && list.length, 3);
  assert.deepEqual(engine.names, ['sim-1', 'sim-2', 'sim-3']);
  assert.equal((await engine.call('POST', '/v1.41/containers/sim-4/kill')).status, 404);
});

test('what is done to a container shows in its inspection, and is told as an event', async (t) => {
  const engine = await engineOf(t, 1);
  const line = new Promise<string>((resolve) => {
    get({ socketPath: engine.socket, path: '/v1.41/events' }, (answer) => {
      createInterface(answer).once('line', (text) => {
        answer.destroy();
        resolve(text);
      });
      engine.call('POST', '/v1.41/containers/sim-1/pause').catch(assert.ifError);
    });
  });
  const { Action, Actor } = JSON.parse(await line);
  assert.deepEqual([Action, Actor.Attributes.name], ['pause', 'sim-1']);
  const state = stateOf((await engine.call('GET', '/v1.41/containers/sim-1/json')).json);
  assert.equal(state && JSON.stringify(state).includes('"Paused":true'), true);
});

test('it notes what it was asked', async (t) => {
  const engine = await engineOf(t, 1);
  await engine.call('POST', '/v1.41/containers/sim-1/kill?signal=HUP');
  assert.deepEqual(
    engine.take().map(({ method, path }) => `${method} ${path}`),
    ['POST /v1.41/containers/sim-1/kill?signal=HUP'],
  );
});
