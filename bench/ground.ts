import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../lab/api-client.ts';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import type { Program, ProgramOptions } from '../lab/process.ts';
import { startProgram } from '../lab/process.ts';

/** How many real containers the figures are taken with. */
export const size = 50;
/** How many are made at once: more makes the engine no faster. */
const atOnce = 4;
const root = join(import.meta.dirname, '..');

/** What all parts stand on: one real engine with its containers, and a directory that goes with the run. */
export class Ground {
  readonly #directory = mkdtempSync(join(tmpdir(), 'chr-bench-'));
  #engine: Promise<LabEngine> | undefined;
  readonly #programs = new Set<Program>();
  /** The containers' names. */
  readonly names = Array.from({ length: size }, (_, i) => `bench-${i + 1}`);

  constructor() {
    // What the lab makes goes into the run's directory too, and away with it, also when the run is broken off.
    process.env['TMPDIR'] = this.#directory;
  }

  /** The engine, made when it is first asked for: a part that needs none does not wait for it. */
  engine(): Promise<LabEngine> {
    this.#engine ??= engineWith(this.names);
    return this.#engine;
  }

  /** The engine, where a part has asked for it. */
  engineIfAny(): Promise<LabEngine> | null {
    return this.#engine ?? null;
  }

  /** A new directory inside the run's own. */
  directory(name: string): string {
    const directory = join(this.#directory, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /** The program as `npm start` runs it: the bundle, with what bin/chrontainer puts into the environment. */
  async start(options: ProgramOptions & { dataDirectory: string }): Promise<Program> {
    const env = {
      NODE_COMPILE_CACHE: join(root, 'dist/.compile-cache'),
      MALLOC_MMAP_THRESHOLD_: '1048576',
      TZ: 'UTC',
      ...options.env,
    };
    const program = await startProgram({ ...options, main: join(root, 'dist/server/main.js'), env });
    this.#programs.add(program);
    return program;
  }

  /** The program with its first account, signed in, and with all containers in its picture. */
  async startSignedIn(options: ProgramOptions & { dataDirectory: string }) {
    const program = await this.start(options);
    const client = new ApiClient(program.url);
    await client.setUp();
    return { program, client };
  }

  /** Ends the programs that a part has left running, so that they do not disturb the next one. */
  async endPrograms(): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.close()));
    this.#programs.clear();
  }

  /** Takes everything away. */
  async close(): Promise<void> {
    await this.endPrograms();
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

const engineWith = async (names: readonly string[]): Promise<LabEngine> => {
  const engine = await privateEngine();
  const waiting = names.entries();
  const make = async () => {
    for (const [i, name] of waiting) await engine.run(name, { labels: labelsOf(i) });
  };
  await Promise.all(Array.from({ length: atOnce }, make));
  return engine;
};

/** As compose labels its containers: five services in a project. */
const labelsOf = (i: number): Record<string, string> => ({
  'com.docker.compose.project': `stack-${Math.floor(i / 5)}`,
  'com.docker.compose.service': `service-${i % 5}`,
  'org.opencontainers.image.version': `1.${i}`,
});
