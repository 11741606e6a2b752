import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../lab/api-client.ts';
import type { Row } from './figures.ts';
import { atMost, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import type { Footprint } from './machine.ts';
import { footprintOf, processorMsOf } from './machine.ts';

const quietMs = 60_000;
const windowMs = 60_000;
const lookEveryMs = 5_000;

/**
 * What the program takes when nothing happens, on one host with its containers: once as it was started, with nobody
 * signed in since, and once after it was used. The floor is a bare Node process with a timer.
 */
export const measureIdle = async (ground: Ground): Promise<Row[]> => {
  const untouched = await startUntouched(ground);
  const used = await startUsed(ground);
  const bare = spawnBare(ownRuntime(ground, 'bare'));
  try {
    await sleep(quietMs);
    const [first, second, floor] = await Promise.all([untouched.pid, used.pid, bare.pid ?? 0].map(watch));
    if (!first || !second || !floor) throw new Error('A process was not watched');
    return [...rowsOf('since its start', first, floor), ...rowsOf('after use', second, floor)];
  } finally {
    bare.kill('SIGKILL');
    await Promise.all([untouched.close(), used.close()]);
  }
};

/** A copy of the runtime for each process: the pages of a shared one would count for a part only. */
export const ownRuntime = (ground: Ground, name: string): string => {
  const copy = join(ground.directory(name), 'node');
  copyFileSync(process.execPath, copy);
  return copy;
};

/** Set up in an earlier life: hashing a password leaves its mark on a process. */
const startUntouched = async (ground: Ground) => {
  const { url: dockerHost } = await ground.engine();
  const dataDirectory = ground.directory('idle-untouched');
  const { program } = await ground.startSignedIn({ dockerHost, dataDirectory });
  await program.stop();
  return ground.start({ dockerHost, dataDirectory, runtime: ownRuntime(ground, 'untouched') });
};

/** What a person does: signs in, looks at the pages, acts on a container. */
const startUsed = async (ground: Ground) => {
  const { url: dockerHost } = await ground.engine();
  const dataDirectory = ground.directory('idle-used');
  const { program, client } = await ground.startSignedIn({
    dockerHost,
    dataDirectory,
    runtime: ownRuntime(ground, 'used'),
  });
  await client.untilSeen(...ground.names);
  await client.schedule('nightly', '0 3 * * *', [
    { action: 'restart', targets: [{ hostId: 1, container: 'bench-1' }] },
  ]);
  for (let i = 0; i < 20; i += 1) await lookAround(client);
  const targets = ground.names.slice(0, 5).map((container) => ({ hostId: 1, container }));
  for (const action of ['pause', 'unpause']) {
    await client.expect(200, 'POST', '/api/v1/actions?wait=true', { action, targets });
  }
  return program;
};

const lookAround = async (client: ApiClient): Promise<void> => {
  for (const page of ['containers', 'schedules', 'runs', 'hosts', 'activity']) {
    await client.expect(200, 'GET', `/api/v1/${page}`);
  }
};

/** The least that a process of this runtime can be. */
export const spawnBare = (runtime: string): ChildProcess => {
  const command = ['--pdeathsig', 'KILL', runtime, '-e', 'setInterval(() => undefined, 1000)'];
  return spawn('setpriv', command, { stdio: 'ignore' });
};

interface Watched {
  footprints: Footprint[];
  /** Of one core, per cent. */
  processor: number;
}

const watch = async (pid: number): Promise<Watched> => {
  const [beganAt, beganMs] = [performance.now(), processorMsOf(pid)];
  const footprints: Footprint[] = [];
  while (performance.now() - beganAt < windowMs) {
    await sleep(lookEveryMs);
    footprints.push(footprintOf(pid));
  }
  const processor = ((processorMsOf(pid) - beganMs) / (performance.now() - beganAt)) * 100;
  return { footprints, processor };
};

const rowsOf = (when: string, ours: Watched, floor: Watched): Row[] => {
  const floorIs = 'a bare Node process with a timer';
  const memory = (kind: keyof Footprint) => {
    const of = ({ footprints }: Watched) => summarise(footprints.map((footprint) => footprint[kind]));
    return { ours: of(ours), floor: of(floor), floorIs };
  };
  const pss = memory('pss');
  return [
    {
      name: `idle memory ${when}, PSS`,
      unit: 'MB',
      ...pss,
      goals: [atMost('PSS', 85, 'MB', pss.ours.max)],
    },
    { name: `idle memory ${when}, RSS`, unit: 'MB', ...memory('rss') },
    {
      name: `idle processor ${when}`,
      unit: '% of a core',
      ours: summarise([ours.processor]),
      floor: summarise([floor.processor]),
      floorIs,
      goals: [atMost('processor', 0.3, '% of a core', ours.processor)],
    },
  ];
};
