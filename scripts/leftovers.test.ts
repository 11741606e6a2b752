import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { privateEngine } from '../lab/engine.ts';
import { waitUntil } from '../lab/wait.ts';
import { leftovers } from './leftovers.ts';

test('a process that outlives its run is noticed until it ends', async () => {
  const run = `leftover-${process.pid}`;
  assert.deepEqual(leftovers(run, '/nowhere'), []);
  const child = spawn('sleep', ['600'], { env: { CHRONTAINER_TEST_RUN: run } });
  await waitUntil('the process to be seen', 10_000, 10, () => leftovers(run, '/nowhere').length > 0);
  assert.deepEqual(leftovers(run, '/nowhere'), [`process ${child.pid}: sleep 600`]);
  child.kill();
  await once(child, 'exit');
  assert.deepEqual(leftovers(run, '/nowhere'), []);
});

test('an engine that is not closed is noticed with its processes and cgroups', async (t) => {
  const before = process.env['CHRONTAINER_TEST_RUN'];
  const run = `engine-${process.pid}`;
  process.env['CHRONTAINER_TEST_RUN'] = run;
  t.after(() => {
    if (before === undefined) delete process.env['CHRONTAINER_TEST_RUN'];
    else process.env['CHRONTAINER_TEST_RUN'] = before;
  });
  const engine = await privateEngine();
  await engine.run('forgotten');
  const left = leftovers(run, dirname(engine.socket)).join('\n');
  await engine.close();
  assert.match(left, /process \d+: dockerd/);
  assert.match(left, /the cgroup .*chr-lab-engine-/);
  // This process bears the name too, but it is the one that looks.
  assert.deepEqual(leftovers(run, dirname(engine.socket)), []);
});
