import type { UpdateCheck } from '../contract/index.ts';
import type { ApiClient } from '../lab/api-client.ts';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import { freePort } from '../lab/free-port.ts';
import { makeImage } from '../lab/images.ts';
import type { Registry } from '../lab/registry.ts';
import { openRegistry } from '../lab/registry.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';
import type { Ground } from './ground.ts';

const size = 200;
const outdated = 20;
/** As many as the program asks at once. */
const atOnce = 4;

/** What it takes to ask a real registry for so many images, and for some that have a newer one. */
export const measureUpdates = async (ground: Ground): Promise<Row[]> => {
  const port = await freePort();
  const [engine, registry] = await Promise.all([privateEngine({ port, network: true }), openRegistry()]);
  await makeImage(engine, 'next:1', 'next');
  const names = Array.from({ length: size }, (_, i) => `app-${i + 1}`);
  for (const name of names) {
    const image = await registry.push(engine, 'tiny:1', `${name}:1`);
    await engine.run(name, { more: { Image: image }, start: false });
  }
  const started = await ground.startSignedIn({ dockerHost: engine.url, dataDirectory: ground.directory('updates') });
  const { program, client } = started;
  await client.untilSeen(...names);
  await client.expect(200, 'PATCH', '/api/v1/settings', { allowPrivateAddresses: true });
  const first = await checkAll(client);
  const again = await checkAll(client);
  const floor = await rawHeads(registry, names);
  for (const name of names.slice(0, outdated)) await publish(engine, registry, name);
  const newer = await checkAll(client);
  if (newer.found !== outdated) throw new Error(`${newer.found} instead of ${outdated} were found`);
  await program.close();
  await registry.close();
  await engine.close();
  const row = (name: string, ms: number, more: Partial<Row> = {}): Row => ({
    ...{ name, unit: 'ms' },
    ours: summarise([ms]),
    ...more,
  });
  return [
    row(`${size} images asked for, the first time`, first.ms, { floor: summarise([floor]) }),
    row(`${size} images asked for again`, again.ms, { floor: summarise([floor]) }),
    row(`${size}, of which ${outdated} are newer: answered twice, ten seconds apart`, newer.ms),
  ];
};

/** By hand, to the end, as the program says how long it took. */
const checkAll = async (client: ApiClient): Promise<{ ms: number; found: number }> => {
  await client.expect(202, 'POST', '/api/v1/updates/check', {});
  let check: UpdateCheck | undefined;
  await waitUntil('the check', 120_000, 50, async () => {
    ({ check } = await client.expect<{ check: UpdateCheck }>(200, 'GET', '/api/v1/updates'));
    return !check.running;
  });
  const { startedAt = null, finishedAt = null, found = 0 } = check ?? {};
  return { ms: Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? ''), found };
};

/** The same questions by a client that does nothing else. */
const rawHeads = async (registry: Registry, names: readonly string[]): Promise<number> => {
  const beganAt = performance.now();
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      await fetch(`http://127.0.0.1:${registry.port}/v2/${name}/manifests/1`, {
        method: 'HEAD',
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json', connection: 'close' },
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return performance.now() - beganAt;
};

/** A newer image under a name, which the engine itself does not keep under it. */
const publish = async (engine: LabEngine, registry: Registry, name: string): Promise<void> => {
  await registry.push(engine, 'next:1', `${name}:1`);
  const query = new URLSearchParams({ repo: registry.nameOf(name), tag: '1' });
  await engine.request('POST', `/images/tiny:1/tag?${query}`);
};
