import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import * as v from 'valibot';
import { openScenario, withScenario } from '../scenario.ts';
import type { Route } from './route.ts';
import { route } from './route.ts';
import { createHttpApp } from './server.ts';

test('a port that is taken, and an address that is not here, are told by the variable to change', async () => {
  const scenario = await openScenario();
  const app = createHttpApp(scenario.parts);
  await assert.rejects(app.listen('127.0.0.1', scenario.port), new RegExp(`PORT ${scenario.port} is in use`));
  await assert.rejects(app.listen('203.0.113.1', 0), /HOST 203\.0\.113\.1 is no address of this machine/);
  await scenario.close();
});

test('the address is free again after a stop', async () => {
  const scenario = await openScenario();
  const { port } = scenario;
  await scenario.ask('admin', 'GET /api/v1/session');
  await scenario.close();
  const next = createServer();
  await new Promise<void>((resolve, reject) => next.once('error', reject).listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => next.close(resolve));
});

test('a stop waits for running requests; those that come later are refused', async () => {
  const door = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow: Route = route({
    method: 'GET',
    path: '/api/v1/slow',
    access: 'view',
    summary: 'Slow',
    tag: 'Test',
    answers: { 200: v.string() },
    handle: async () => {
      begun.resolve();
      await door.promise;
      return { body: 'done' };
    },
  });
  await withScenario({ routes: () => [slow] }, async (own) => {
    const running = own.ask('viewer', 'GET /api/v1/slow');
    await begun.promise;
    const stopped = own.app.close(10_000);
    await assert.rejects(own.ask('viewer', 'GET /api/v1/session'), /ECONNREFUSED/);
    door.resolve();
    assert.equal((await running).json, 'done');
    await stopped;
  });
});
