import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import type { ApiClient } from '../lab/api-client.ts';
import type { LabEngine } from '../lab/engine.ts';
import type { Program } from '../lab/process.ts';
import { wallClock } from '../lab/wall-clock.ts';
import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import type { Address } from './raw-client.ts';
import { RawClient } from './raw-client.ts';

/** Each pair is a pause and an unpause. */
const pairs = 50;
const lostAfterMs = 10_000;

/**
 * From the instant that the engine writes into its event to the receipt by a reader of the program's stream; beside
 * it, a reader of the engine's own. Both read the same events, one after another.
 */
export const measureEvents = async (ground: Ground): Promise<Row[]> => {
  const engine = await ground.engine();
  const { program, client } = await ground.startSignedIn({
    dockerHost: engine.url,
    dataDirectory: ground.directory('events'),
  });
  await client.untilSeen(...ground.names);
  const places = ground.names.map((name) => ({ engine, name }));
  const lags = await measureLags(program, client, places);
  const [ours, raw] = [summarise(lags.ours), summarise(lags.raw)];
  await program.close();
  return [
    {
      name: 'engine event → message at the reader of /api/v1/events',
      unit: 'ms',
      ours,
      floor: raw,
      floorIs: "engine event → reader of the engine's own stream",
      goals: [atMost('p99', 150, 'ms', ours.p99)],
    },
  ];
};

/** @param places the containers to pause and unpause in turn; their names differ */
export const measureLags = async (
  program: Program,
  client: ApiClient,
  places: readonly { engine: LabEngine; name: string }[],
): Promise<{ ours: number[]; raw: number[] }> => {
  const [raw, ours] = [new Expectations(), new Expectations()];
  const query = new URLSearchParams({ filters: JSON.stringify({ event: ['pause', 'unpause'] }) });
  const engines = [...new Set(places.map(({ engine }) => engine))];
  const readers = await Promise.all([
    ...engines.map(({ socket }) => openStream({ socketPath: socket }, `/events?${query}`, '', raw.readEngine)),
    openStream({ host: '127.0.0.1', port: program.port }, '/api/v1/events', client.cookie, ours.readOurs),
  ]);
  const actions = new Map(engines.map((engine) => [engine, new RawClient({ socketPath: engine.socket })]));
  const lags = { ours: [] as number[], raw: [] as number[] };
  for (const { engine, name } of places.slice(0, pairs)) {
    for (const verb of ['pause', 'unpause'] as const) {
      const both = Promise.all([raw.next(`${name} ${verb}`), ours.next(`${name} ${verb}`)]);
      await actions.get(engine)?.call('POST', `/containers/${name}/${verb}`, 204);
      const [atEngine, atOurs] = await both;
      lags.raw.push(atEngine.receivedAt - atEngine.at);
      lags.ours.push(atOurs.receivedAt - atEngine.at);
    }
  }
  for (const reader of readers) reader.destroy();
  for (const action of actions.values()) action.close();
  return lags;
};

interface Received {
  receivedAt: number;
  /** The instant in the event itself; of ours, that of the receipt. */
  at: number;
}

/** What a reader waits for, by container and verb. */
class Expectations {
  readonly #waiting = new Map<string, (received: Received) => void>();

  next(key: string): Promise<Received> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No message came of ${key}`)), lostAfterMs);
      this.#waiting.set(key, (received) => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(received);
      });
    });
  }

  readonly readEngine = (line: string): void => {
    const receivedAt = wallClock();
    const [, verb] = /"Action":"(\w+)"/.exec(line) ?? [];
    const [, name] = /"name":"([^"]+)"/.exec(line) ?? [];
    const [, nanoseconds] = /"timeNano":(\d+)/.exec(line) ?? [];
    this.#waiting.get(`${name} ${verb}`)?.({ receivedAt, at: Number(nanoseconds) / 1e6 });
  };

  readonly readOurs = (line: string): void => {
    const receivedAt = wallClock();
    const [, name] = /"name":"([^"]+)"/.exec(line) ?? [];
    const verb = line.includes('"state":"paused"') ? 'pause' : 'unpause';
    if (line.startsWith('data: ')) this.#waiting.get(`${name} ${verb}`)?.({ receivedAt, at: receivedAt });
  };
}

/** Reads a stream line by line, once its head has come. */
const openStream = (address: Address, path: string, cookie: string, read: (line: string) => void) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const options = { ...address, path, agent: false as const, headers: cookie ? { cookie } : {} };
    const call = get(options, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${path}: ${answer.statusCode}`));
      answer.on('error', reject);
      createInterface(answer).on('line', read);
      resolve(answer);
    });
    call.on('error', reject);
  });
