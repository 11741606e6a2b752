import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../../lab/api-client.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import type { FaultProxy } from '../../lab/fault-proxy.ts';
import { faultProxy } from '../../lab/fault-proxy.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import type { RecordedRequest, RecordingProxy } from '../../lab/recording-proxy.ts';
import { recordingProxy } from '../../lab/recording-proxy.ts';
import { settableClock } from '../../lab/settable-clock.ts';
import type { SmallDisk } from '../../lab/small-disk.ts';
import { smallDisk } from '../../lab/small-disk.ts';
import { ProgramClock } from './program-clock.ts';
import { EventWitness, readStarts, startWriter } from './witness.ts';

/** An engine with everything around it: program, faulty way, recorder, engine; and its witnesses. */
export interface Site {
  hostId: number;
  engine: LabEngine;
  proxy: FaultProxy;
  events: EventWitness;
  /** The containers' names by their IDs. */
  containers: ReadonlyMap<string, string>;
  /** What reached the engine so far. */
  requests(): RecordedRequest[];
  /** When a container started, by its own account. */
  starts(container: string): number[];
  /** Makes containers anew that a killed engine left in a state in which it cannot start them any more. */
  replaceStuck(): Promise<void>;
  close(): Promise<void>;
}

/** Brings up an engine whose containers write down their starts. */
const openSite = async (hostId: number, names: readonly string[]): Promise<Site> => {
  const notes = mkdtempSync(join(tmpdir(), 'chr-starts-'));
  const bootAtMs = Date.now() - uptime() * 1000;
  const engine = await privateEngine();
  const recorder: RecordingProxy = await recordingProxy(engine.socket);
  const proxy = await faultProxy(recorder.socket);
  const events = new EventWitness(engine.socket);
  const requests: RecordedRequest[] = [];
  const containers = new Map<string, string>();
  const create = async (name: string, start: boolean) => {
    const options = { cmd: startWriter(name), hostConfig: { Binds: [`${notes}:/starts`] }, start };
    containers.set(await engine.run(name, options), name);
  };
  for (const name of names) await create(name, true);
  return {
    hostId,
    engine,
    proxy,
    events,
    containers,
    requests: () => {
      requests.push(...recorder.take());
      return requests;
    },
    starts: (container) => readStarts(join(notes, container), bootAtMs),
    replaceStuck: async () => {
      for (const name of names) {
        const { json } = await engine.request('GET', `/containers/${name}/json`);
        if (!/"Error":"[^"]*already exists/.test(JSON.stringify(json))) continue;
        await engine.remove(name);
        await create(name, false);
      }
    },
    close: async () => {
      await events.close();
      await proxy.close();
      await recorder.close();
      await engine.close();
      rmSync(notes, { recursive: true });
    },
  };
};

/** The program with two engines, on a small disk and with a clock that can be set. */
export class Stage {
  readonly sites: readonly Site[];
  readonly clock: ProgramClock;
  readonly disk: SmallDisk;
  readonly client: ApiClient;
  /** How often the program has been started. */
  lives = 1;
  #program: Program;
  #outputs: string[] = [];
  #start: () => Promise<Program>;

  constructor(parts: Pick<Stage, 'sites' | 'clock' | 'disk'> & { program: Program; start: () => Promise<Program> }) {
    this.sites = parts.sites;
    this.clock = parts.clock;
    this.disk = parts.disk;
    this.#program = parts.program;
    this.#start = parts.start;
    this.client = new ApiClient(parts.program.url);
  }

  get program(): Program {
    return this.#program;
  }

  /** What all lives of the program have written. */
  output(): string {
    return [...this.#outputs, this.#program.output()].join('');
  }

  async restart(end: (program: Program) => Promise<unknown>, meanwhile: () => void = () => undefined): Promise<void> {
    await end(this.#program);
    this.#outputs.push(this.#program.output());
    meanwhile();
    this.#program = await this.#start();
    this.lives += 1;
  }
}

/** Sets the stage; what it is made of is taken away by the functions handed to `after`, last first. */
export const openStage = async (megabytes: number, after: (close: () => unknown) => void): Promise<Stage> => {
  const sites: Site[] = [];
  for (const [hostId, containers] of [
    [1, ['a1', 'a2', 'a3']],
    [2, ['b1', 'b2', 'b3']],
  ] as const) {
    const site = await openSite(hostId, containers);
    sites.push(site);
    after(() => site.close());
  }
  const settable = settableClock();
  after(() => settable.close());
  const disk = await smallDisk(megabytes, settable.runtime);
  after(() => disk.close());
  mkdirSync(join(disk.outside, 'data'));
  let port: number | undefined;
  const start = () =>
    startProgram({
      dockerHost: sites[0]?.proxy.url ?? '',
      dataDirectory: join(disk.directory, 'data'),
      runtime: disk.runtime,
      ...(port === undefined ? {} : { port }),
    });
  const first = await start();
  port = first.port;
  await first.stop();
  addHost(disk.runtime, join(disk.directory, 'data/chrontainer.db'), sites[1]?.proxy.url ?? '');
  const stage = new Stage({ sites, disk, clock: new ProgramClock(settable), program: await start(), start });
  after(() => stage.program.close());
  return stage;
};

/** The API takes one host only. SQLite needs the true path of its file, so this runs where the disk is mounted. */
const addHost = (runtime: string, file: string, url: string): void => {
  const insert = `
    const { DatabaseSync } = require('node:sqlite');
    const [file, url] = process.argv.slice(1);
    new DatabaseSync(file)
      .prepare("INSERT INTO hosts (id, name, url, enabled, color, created_at) VALUES (2, 'B', ?, 1, '', 0)")
      .run(url);`;
  execFileSync(runtime, ['-e', insert, file, url]);
};
