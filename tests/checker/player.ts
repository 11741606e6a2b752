import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.ts';
import { playSeed } from './scenario.ts';

/** What a player is to play: a thread of its own, since the test runner's hooks make every promise twice as dear. */
export interface Order {
  folder: string;
  template: string;
  seeds: readonly number[];
}

const { folder, template, seeds } = workerData as Order;
for (const seed of seeds) {
  // The program's own chance (the pauses between tries to connect) comes from the seed, too.
  Math.random = new Random(seed + 0x5eed).next;
  const file = join(folder, `${seed}.db`);
  parentPort?.postMessage({ seed, result: await playSeed(seed, { file, template }) });
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}
