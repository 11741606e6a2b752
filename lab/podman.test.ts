import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { privatePodman } from './podman.ts';
import { waitUntil } from './wait.ts';

const tracesOf = (socket: string): string[] => [
  ...(existsSync(dirname(socket)) ? [dirname(socket)] : []),
  ...globSync(`/sys/fs/cgroup/{,*/}${basename(dirname(socket))}`),
];

test('closing a Podman leaves neither its directory nor its cgroups', async () => {
  const podman = await privatePodman();
  await podman.run('web');
  assert.ok(tracesOf(podman.socket).length > 1);
  await podman.close();
  assert.deepEqual(tracesOf(podman.socket), []);
});

test('a Podman goes with its test, even when that is killed', async () => {
  const podman = JSON.stringify(join(import.meta.dirname, 'podman.ts'));
  const code = `
    const { privatePodman } = await import(${podman});
    const podman = await privatePodman();
    await podman.run('web');
    await podman.request('POST', '/containers/web/pause');
    console.log(podman.socket);
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(owner.stdout, 'data');
  const socket = String(line).trim();
  assert.ok(tracesOf(socket).length > 1);
  owner.kill('SIGKILL');
  await waitUntil('everything to be gone', 20_000, 50, () => tracesOf(socket).length === 0);
});
