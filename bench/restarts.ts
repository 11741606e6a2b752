import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ApiClient } from '../lab/api-client.ts';
import type { Program } from '../lab/process.ts';
import type { RecordingProxy } from '../lab/recording-proxy.ts';
import { recordingProxy } from '../lab/recording-proxy.ts';
import { wallClock } from '../lab/wall-clock.ts';
import type { Row, Summary } from './figures.ts';
import type { Ground } from './ground.ts';

/** A program that was set up and ended, and can be started again with its data. */
export class Site {
  readonly ground: Ground;
  /** Between the program and the engine. */
  readonly proxy: RecordingProxy;
  /** Its session outlives each restart, since the address stays. */
  readonly client: ApiClient;
  readonly port: number;
  readonly #dataDirectory: string;

  private constructor(parts: Pick<Site, 'ground' | 'proxy' | 'client' | 'port'>, dataDirectory: string) {
    this.ground = parts.ground;
    this.proxy = parts.proxy;
    this.client = parts.client;
    this.port = parts.port;
    this.#dataDirectory = dataDirectory;
  }

  static async prepare(ground: Ground, name: string): Promise<Site> {
    const proxy = await recordingProxy((await ground.engine()).socket);
    const dataDirectory = ground.directory(name);
    const { program, client } = await ground.startSignedIn({ dockerHost: proxy.url, dataDirectory });
    await client.untilSeen(...ground.names);
    await program.stop();
    return new Site({ ground, proxy, client, port: program.port }, dataDirectory);
  }

  /** `bornAt` is when the process was asked for, epoch milliseconds; `listening` is milliseconds after that. */
  async start(): Promise<{ program: Program; bornAt: number; listening: number }> {
    const bornAt = wallClock();
    const program = await this.ground.start({
      dockerHost: this.proxy.url,
      dataDirectory: this.#dataDirectory,
      port: this.port,
    });
    return { program, bornAt, listening: readyAt(program) - bornAt };
  }

  close(): Promise<void> {
    return this.proxy.close();
  }
}

/** The program's own line says when it was ready. */
const readyAt = (program: Program): number => {
  const lines = program.output().split('\n');
  const { time } = JSON.parse(lines.find((line) => line.includes('Chrontainer is ready')) ?? '{}');
  return Date.parse(time);
};

/** Runs a few lines in a bare Node process; resolves to what they print, and when that process was asked for. */
export const runBare = async (code: string): Promise<{ bornAt: number; printed: string }> => {
  const bornAt = wallClock();
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code]);
  return { bornAt, printed: stdout };
};

/** How long a bare Node process takes until it listens, milliseconds. */
export const bareListening = async (): Promise<number> => {
  const { bornAt, printed } = await runBare(
    `const server = require('node:http').createServer();
     server.listen(0, '127.0.0.1', () => { console.log(Date.now()); server.close(); });`,
  );
  return Number(printed) - bornAt;
};

export const listeningRow = (name: string, ours: Summary, floor: Summary): Row => ({
  name,
  unit: 'ms',
  ours,
  floor,
  floorIs: 'a bare Node process with node:http',
});
