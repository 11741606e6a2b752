import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { callEngine } from './engine-api.ts';
import type { RecordingProxy } from './recording-proxy.ts';
import { recordingProxy } from './recording-proxy.ts';
import { wallClock } from './wall-clock.ts';

/** A server that answers with the path and the body of the request, behind a proxy. */
const behindProxy = async (t: TestContext): Promise<RecordingProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-upstream-'));
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.end(`${request.url} ${body}`);
  });
  const socket = join(directory, 'upstream.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const proxy = await recordingProxy(socket);
  t.after(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return proxy;
};

test('a recording proxy passes questions and answers on as they are', async (t) => {
  const proxy = await behindProxy(t);
  const body = { text: 'x'.repeat(300_000) };
  const answer = await callEngine(proxy.socket, 'POST', '/a?b=c', body);
  assert.equal(answer.json, `/a?b=c ${JSON.stringify(body)}`);
});

test('it notes each request with the instant at which it came, and tells it once', async (t) => {
  const proxy = await behindProxy(t);
  const before = wallClock();
  await callEngine(proxy.socket, 'GET', '/first');
  await callEngine(proxy.socket, 'POST', '/second?signal=HUP');
  const after = wallClock();
  const taken = proxy.take();
  assert.deepEqual(
    taken.map(({ method, path }) => `${method} ${path}`),
    ['GET /first', 'POST /second?signal=HUP'],
  );
  assert.ok(taken.every(({ at }) => at >= before && at <= after));
  assert.ok(taken.every(({ at, answeredAt = 0 }) => answeredAt >= at && answeredAt <= after));
  assert.deepEqual(proxy.take(), []);
});

test('without an upstream the client is told by the end of its connection', async (t) => {
  const proxy = await recordingProxy('/nowhere/docker.sock');
  t.after(() => proxy.close());
  await assert.rejects(callEngine(proxy.socket, 'GET', '/'), /ECONNRESET|socket hang up/);
});
