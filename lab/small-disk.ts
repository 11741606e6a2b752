import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own with little room, which only the processes that are started by `runtime` see. */
export interface SmallDisk {
  /** Where it is for those processes. */
  directory: string;
  /** The same place as this process reaches it. */
  outside: string;
  /** Node, as a program that runs where the disk is mounted: for `runtime` of `startProgram`. */
  runtime: string;
  /** Leaves not one byte. */
  fill(): void;
  /** Gives the room back. */
  free(): void;
  close(): Promise<void>;
}

/**
 * Mounts a disk of so many megabytes in a mount namespace of its own: the kernel drops it with the last process in
 * there, so nothing stays mounted, whatever ends the test. Needs root on Linux.
 * @param node what `runtime` runs in there; default: the Node that runs this
 */
export const smallDisk = async (megabytes: number, node = process.execPath): Promise<SmallDisk> => {
  const base = mkdtempSync(join(tmpdir(), 'chr-disk-'));
  const directory = join(base, 'disk');
  const runtime = join(base, 'node');
  mkdirSync(directory);
  const mount = 'mount -t tmpfs -o "size=$1m" tmpfs "$0" && echo mounted && exec cat';
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', mount, directory, String(megabytes)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await mounted(keeper);
  const enter = `exec nsenter --mount=/proc/${keeper.pid}/ns/mnt -- '${node}' "$@"`;
  writeFileSync(runtime, `#!/bin/sh\n${enter}\n`, { mode: 0o755 });
  const outside = `/proc/${keeper.pid}/root${directory}`;
  const filler = join(outside, 'filler');
  return {
    directory,
    outside,
    runtime,
    fill: () => fill(filler),
    free: () => rmSync(filler, { force: true }),
    close: async () => {
      const gone = once(keeper, 'exit');
      keeper.stdin?.end();
      await gone;
      rmSync(base, { recursive: true });
    },
  };
};

const mounted = async (keeper: ChildProcess): Promise<void> => {
  const said = keeper.stdout && once(keeper.stdout, 'data');
  const ended = once(keeper, 'exit').then(() => {
    throw new Error('The disk could not be mounted; mount says why on standard error.');
  });
  await Promise.race([said, ended]);
  // Its end at the close is no error.
  ended.catch(() => undefined);
};

const fill = (file: string): void => {
  const handle = openSync(file, 'w');
  try {
    for (let size = 1024 * 1024; size >= 1; ) {
      if (!hasWritten(handle, size)) size = Math.floor(size / 16);
    }
  } finally {
    closeSync(handle);
  }
};

const hasWritten = (handle: number, size: number): boolean => {
  try {
    return writeSync(handle, Buffer.alloc(size)) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
};
