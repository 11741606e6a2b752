import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page, Run } from '../contract/index.ts';
import { ApiClient } from '../lab/api-client.ts';
import { waitUntil } from '../lab/wait.ts';
import { createApp } from './app.ts';
import { systemClock } from './clock/index.ts';
import { ConfigError, readConfig } from './config.ts';
import { openDatabase } from './database/index.ts';
import { createLogger } from './log/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-app-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
const open = (name: string) => {
  const dataDir = join(folder, name);
  const config = { ...readConfig({ DATA_DIR: dataDir, DOCKER_HOST: `unix://${folder}/none.sock` }), port: 0 };
  return createApp({ ...config, host: '127.0.0.1' }, { clock: systemClock, log });
};

test('a second program at the same data is refused, until the first one has stopped', async () => {
  const first = await open('twice');
  await assert.rejects(
    open('twice'),
    (error) => error instanceof ConfigError && /another Chrontainer/.test(error.message),
  );
  await first.stop(0);
  await (await open('twice')).stop(0);
});

test('nothing is claimed any more once the program was told to stop, also while a call is still being answered', async () => {
  const app = await open('stop');
  const client = new ApiClient((await app.start()).address.replace('localhost', '127.0.0.1'));
  await client.setUp();
  const targets = [{ hostId: 1, container: 'web' }];
  const trigger = { kind: 'cron', expression: '* * * * * *' };
  await client.expect(201, 'POST', '/api/v1/schedules', { name: 's', trigger, steps: [{ action: 'start', targets }] });
  const steps = [{ action: 'wait', options: { durationMs: 60_000 } }];
  const slow = { name: 'slow', trigger: { kind: 'manual' }, steps };
  const { id } = await client.expect<{ id: number }>(201, 'POST', '/api/v1/schedules', slow);
  const call = client.call('POST', `/api/v1/schedules/${id}/run?wait=true`).catch(() => undefined);
  const isUnderWay = async () => {
    const { items } = await client.expect<Page<Run>>(200, 'GET', '/api/v1/runs?outcome=running');
    return items.some((run) => run.scheduleId === id);
  };
  await waitUntil('the slow run to be under way', 10_000, 50, isUnderWay);
  const stoppedAt = Date.now();
  await app.stop(120_000);
  assert.ok(Date.now() - stoppedAt < 60_000, 'the stop does not wait for what is idle');
  await call;
  const { db, close } = await openDatabase(join(folder, 'stop', 'chrontainer.db'), Date.now());
  const later = await db.selectFrom('runs').select('scheduled_for').where('created_at', '>', stoppedAt).execute();
  await close();
  assert.deepEqual(later, []);
});

test('where the port is taken nothing is begun: a run that is due stays for the program that can serve', async () => {
  const first = await open('port');
  const { address } = await first.start();
  const client = new ApiClient(address.replace('localhost', '127.0.0.1'));
  await client.setUp();
  const steps = [{ action: 'wait', options: { durationMs: 1000 } }];
  await client.schedule('each second', '* * * * * *', steps);
  const port = Number(new URL(address).port);
  const dataDir = join(folder, 'port-second');
  const config = { ...readConfig({ DATA_DIR: dataDir, DOCKER_HOST: `unix://${folder}/none.sock` }), port };
  const second = await createApp({ ...config, host: '127.0.0.1' }, { clock: systemClock, log });
  await assert.rejects(second.start(), /PORT/);
  await second.stop(0);
  const { db, close } = await openDatabase(join(dataDir, 'chrontainer.db'), Date.now());
  assert.deepEqual(await db.selectFrom('hosts').selectAll().execute(), []);
  await close();
  await first.stop(0);
});
