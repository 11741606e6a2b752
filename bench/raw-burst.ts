/**
 * The raw client, in a process of its own as the program is: at an instant it asks several engines for many things,
 * so many at once of each, and does nothing else. Prints when the last answer had come.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock } from '../lab/wall-clock.ts';
import { RawClient } from './raw-client.ts';

export interface Burst {
  /** Epoch milliseconds. */
  dueAt: number;
  atOnce: number;
  engines: { socket: string; paths: string[] }[];
}

const fire = async ({ socket, paths }: Burst['engines'][number], atOnce: number): Promise<void> => {
  const left = paths.values();
  const work = async () => {
    const client = new RawClient({ socketPath: socket });
    for (const path of left) await client.call('POST', path, 204);
    client.close();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};

const { dueAt, atOnce, engines }: Burst = JSON.parse(process.argv[2] ?? '');
// Timers fire up to a millisecond early.
while (Date.now() < dueAt) await sleep(Math.max(1, dueAt - Date.now()));
await Promise.all(engines.map((engine) => fire(engine, atOnce)));
process.stdout.write(String(wallClock()));
