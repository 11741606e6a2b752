import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { RawClient } from './raw-client.ts';

const calls = 1000;
const warmUp = 100;

/** How long the list of containers takes, beside the engine's own list: one call after another, taken in turns. */
export const measureList = async (ground: Ground): Promise<Row[]> => {
  const engine = await ground.engine();
  const { program, client } = await ground.startSignedIn({
    dockerHost: engine.url,
    dataDirectory: ground.directory('list'),
  });
  await client.untilSeen(...ground.names);
  const ours = new RawClient({ host: '127.0.0.1', port: program.port }, { cookie: client.cookie });
  const raw = new RawClient({ socketPath: engine.socket });
  const times = { ours: [] as number[], raw: [] as number[] };
  for (let i = -warmUp; i < calls; i += 1) {
    const oursMs = await ours.timed('GET', '/api/v1/containers');
    const rawMs = await raw.timed('GET', '/containers/json?all=true');
    if (i >= 0) times.ours.push(oursMs);
    if (i >= 0) times.raw.push(rawMs);
  }
  ours.close();
  raw.close();
  await program.close();
  const summary = summarise(times.ours);
  return [
    {
      name: `GET /api/v1/containers, ${ground.names.length} containers`,
      unit: 'ms',
      ours: summary,
      floor: summarise(times.raw),
      floorIs: "the engine's own list over its socket",
      goals: [atMost('p99', 50, 'ms', summary.p99)],
    },
  ];
};
