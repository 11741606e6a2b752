import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { smallDisk } from './small-disk.ts';

const writer = `require('node:fs').writeFileSync(process.argv[1], Buffer.alloc(Number(process.argv[2]), 'x'))`;

test('a small disk takes what fits, refuses what does not, and leaves nothing mounted', async () => {
  const disk = await smallDisk(2);
  const write = (bytes: number) =>
    execFileSync(disk.runtime, ['-e', writer, join(disk.directory, 'file'), String(bytes)], { stdio: 'pipe' });
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
