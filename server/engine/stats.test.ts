import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { faultProxy } from '../../lab/fault-proxy.ts';
import { connectEngine } from './client.ts';
import type { StatsSample } from './stats-sample.ts';
import type { Engine } from './types.ts';

let lab: LabEngine;
let engine: Engine;
before(async () => {
  lab = await privateEngine();
  engine = connectEngine({ id: 1, url: lab.url });
});
after(async () => {
  engine.close();
  await lab.close();
});

const busy = ['sh', '-c', 'trap "exit 0" TERM; while :; do :; done'];
const nobodyStops = new AbortController().signal;

test('a busy container uses a core, and its stream ends with it', async () => {
  const id = await lab.run('busy', { cmd: busy, hostConfig: { Memory: 64 * 1024 * 1024 } });
  const samples: StatsSample[] = [];
  for await (const sample of engine.stats.watch(id, nobodyStops)) {
    samples.push(sample);
    if (samples.length === 3) await lab.request('POST', `/containers/${id}/kill`);
  }
  assert.equal(samples[0]?.cpu, null);
  const cpu = samples[2]?.cpu;
  // The machine may be busy with other tests, so it may get less than a core, but never more.
  assert.ok(cpu && cpu.percentOfCore > 1 && cpu.percentOfCore < 115, JSON.stringify(cpu));
  assert.ok(Math.abs(cpu.percentOfCore / (samples[2]?.cpus ?? 0) - cpu.percentOfHost) < 0.02);
  assert.equal(samples[2]?.memoryLimitBytes, 64 * 1024 * 1024);
  assert.ok((samples[2]?.memoryBytes ?? 0) > 10_000);
  assert.ok(samples.length >= 3 && samples.length < 10, String(samples.length));
});

test('a container that does not run has no samples, and one that is not there is an error', async () => {
  const id = await lab.run('resting', { start: false });
  for await (const sample of engine.stats.watch(id, nobodyStops)) assert.fail(JSON.stringify(sample));
  await assert.rejects(engine.stats.watch('nowhere', nobodyStops).next(), { kind: 'not_found' });
});

test('the end of its removal is the end of the stream', async () => {
  const id = await lab.run('short-lived');
  let count = 0;
  for await (const _ of engine.stats.watch(id, nobodyStops)) {
    count += 1;
    if (count === 1) await lab.remove('short-lived');
  }
  assert.ok(count >= 1);
});

test('a reader that leaves ends the stream without an error, an engine that breaks off with one', async () => {
  const id = await lab.run('watched');
  const leaving = new AbortController();
  for await (const _ of engine.stats.watch(id, leaving.signal)) leaving.abort();
  const proxy = await faultProxy(lab.socket);
  const behind = connectEngine({ id: 2, url: proxy.url });
  const samples = behind.stats.watch(id, nobodyStops);
  assert.equal((await samples.next()).done, false);
  proxy.cut();
  await assert.rejects(samples.next(), { kind: 'unreachable' });
  behind.close();
  await proxy.close();
});
