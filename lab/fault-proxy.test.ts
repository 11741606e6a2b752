import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { callEngine } from './engine-api.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { faultProxy } from './fault-proxy.ts';
import { waitUntil } from './wait.ts';

/** A server that answers with the number of the request, behind a proxy. */
const behindProxy = async (t: TestContext): Promise<{ proxy: FaultProxy; asked: () => number }> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-upstream-'));
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(String(asked));
  });
  const socket = join(directory, 'upstream.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const proxy = await faultProxy(socket);
  t.after(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return { proxy, asked: () => asked };
};

const ask = (proxy: FaultProxy) => callEngine(proxy.socket, 'GET', '/');

test('a proxy without a fault passes questions and answers', async (t) => {
  const { proxy } = await behindProxy(t);
  assert.equal((await ask(proxy)).json, 1);
  assert.equal((await ask(proxy)).json, 2);
  assert.equal(proxy.accepted(), 2);
});

test('a delay holds every piece of data back', async (t) => {
  const { proxy } = await behindProxy(t);
  await proxy.set({ kind: 'delay', delayMs: 60 });
  const startedAt = performance.now();
  assert.equal((await ask(proxy)).json, 1);
  // Timers of Node may fire up to one millisecond early, once for each direction.
  assert.ok(performance.now() - startedAt >= 118);
});

test('a refusing proxy has no listener until the fault is over', async (t) => {
  const { proxy, asked } = await behindProxy(t);
  await proxy.set({ kind: 'refuse' });
  await assert.rejects(ask(proxy), /ENOENT|ECONNREFUSED/);
  assert.equal(asked(), 0);
  await proxy.set({ kind: 'none' });
  assert.equal((await ask(proxy)).status, 200);
});

test('a resetting proxy accepts and cuts before the question gets through', async (t) => {
  const { proxy, asked } = await behindProxy(t);
  await proxy.set({ kind: 'reset' });
  await assert.rejects(ask(proxy), /ECONNRESET|socket hang up|EPIPE/);
  assert.equal(asked(), 0);
  assert.equal(proxy.accepted(), 1);
});

test('a black hole answers nothing, and lets everything through when it is over', async (t) => {
  const { proxy, asked } = await behindProxy(t);
  await proxy.set({ kind: 'blackhole' });
  const answer = ask(proxy);
  await waitUntil('the connection', 10_000, 5, () => proxy.accepted() === 1);
  assert.equal(asked(), 0);
  await proxy.set({ kind: 'none' });
  assert.equal((await answer).json, 1);
});

test('a half-open proxy lets the action happen and loses the answer for good', async (t) => {
  const { proxy, asked } = await behindProxy(t);
  await proxy.set({ kind: 'half-open' });
  const answer = assert.rejects(ask(proxy), /ECONNRESET|socket hang up/);
  await waitUntil('the question to get through', 10_000, 5, () => asked() === 1);
  await proxy.set({ kind: 'none' });
  await answer;
  assert.equal((await ask(proxy)).json, 2);
});

test('cutting ends what is open, and leaves the proxy listening', async (t) => {
  const { proxy } = await behindProxy(t);
  await proxy.set({ kind: 'blackhole' });
  const answer = assert.rejects(ask(proxy), /ECONNRESET|socket hang up/);
  await waitUntil('the connection', 10_000, 5, () => proxy.accepted() === 1);
  proxy.cut();
  await answer;
  await proxy.set({ kind: 'none' });
  assert.equal((await ask(proxy)).json, 1);
});
