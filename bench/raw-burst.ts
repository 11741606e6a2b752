/**
 * The raw client, in a process of its own as the program is: it asks engines for things when they are due, so many at
 * once of each, and does nothing else. Takes a burst as JSON on its input; prints when the last answer had come.
 */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock } from '../lab/wall-clock.ts';
import { RawClient } from './raw-client.ts';

export interface Burst {
  atOnce: number;
  engines: { socket: string; calls: { path: string; dueAt: number }[] }[];
}
type EngineBurst = Burst['engines'][number];

/** Calls on each connection before it counts. */
const warmUp = 10;

/** Connections that have been used: neither they nor the code behind them are new when it counts. */
const connect = async ({ socket }: EngineBurst, atOnce: number): Promise<RawClient[]> => {
  const clients = Array.from({ length: atOnce }, () => new RawClient({ socketPath: socket }));
  for (let i = 0; i < warmUp; i += 1) await Promise.all(clients.map((client) => client.call('GET', '/_ping')));
  return clients;
};

const fire = async ({ calls }: EngineBurst, clients: readonly RawClient[]): Promise<void> => {
  const left = calls.values();
  const work = async (client: RawClient) => {
    for (const { path, dueAt } of left) {
      // Timers fire up to a millisecond early.
      while (Date.now() < dueAt) await sleep(Math.max(1, dueAt - Date.now()));
      await client.call('POST', path, 204);
    }
    client.close();
  };
  await Promise.all(clients.map(work));
};

const { atOnce, engines }: Burst = JSON.parse(await text(process.stdin));
const clients = await Promise.all(engines.map((engine) => connect(engine, atOnce)));
if (engines.some(({ calls }) => calls.some(({ dueAt }) => dueAt <= Date.now()))) {
  throw new Error('The raw client was not ready in time');
}
await Promise.all(engines.map((engine, i) => fire(engine, clients[i] ?? [])));
process.stdout.write(String(wallClock()));
