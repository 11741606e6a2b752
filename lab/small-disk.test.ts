import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { smallDisk } from './small-disk.ts';

test('a small disk takes what fits, refuses what does not, and leaves nothing mounted', async () => {
  const disk = await smallDisk(2);
  const write = (bytes: number) =>
    execFileSync(disk.runtime, [
      '-e',
      `require('node:fs').writeFileSync(${JSON.stringify(join(disk.directory, 'file'))}, Buffer.alloc(${bytes}, 'x'))`,
    ]);
  write(1_000_000);
  assert.equal(readFileSync(join(disk.outside, 'file')).byteLength, 1_000_000);
  assert.equal(existsSync(join(disk.directory, 'file')), false);
  disk.fill();
  assert.throws(() => write(1_100_000), /ENOSPC/);
  disk.free();
  write(1_100_000);
  await disk.close();
  assert.equal(existsSync(dirname(disk.directory)), false);
});
