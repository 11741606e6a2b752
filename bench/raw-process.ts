import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Burst } from './raw-burst.ts';

/** How long the raw client takes to start and to warm up, generously. */
export const rawLeadMs = 3000;

/** Runs the raw client in a process of its own; resolves to when its last answer had come, epoch milliseconds. */
export const runRawClient = async (burst: Burst): Promise<number> => {
  const running = promisify(execFile)(process.execPath, [join(import.meta.dirname, 'raw-burst.ts')]);
  running.child.stdin?.end(JSON.stringify(burst));
  return Number((await running).stdout);
};
