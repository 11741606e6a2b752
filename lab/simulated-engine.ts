import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from './recording-proxy.ts';
import type { SimulatedContainer } from './simulated-rows.ts';
import { inspected, listed } from './simulated-rows.ts';
import { wallClock } from './wall-clock.ts';

/**
 * As much of a Docker engine as scheduling needs, which does everything at once: what is measured against it is the
 * program's own time. It stands for scale only; what an engine really does is for a real one to show.
 */
export interface SimulatedEngine {
  socket: string;
  /** The same for DOCKER_HOST: `unix:///…`. */
  url: string;
  names: string[];
  /** What was asked since the last call, oldest first. */
  take(): RecordedRequest[];
  /** Every container ends by itself, at once, with exit code 1. */
  endAll(): void;
  close(): Promise<void>;
}

/** Brings up an engine with so many running containers, `sim-1` and on. */
export const simulatedEngine = async (size: number): Promise<SimulatedEngine> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-simulated-'));
  const socket = join(directory, 'docker.sock');
  const state = new SimulatedState(socket, size);
  const recorded: RecordedRequest[] = [];
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    recorded.push({ at: wallClock(), method: request.method ?? '', path: request.url ?? '' });
    state.answer(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    socket,
    url: `unix://${socket}`,
    names: state.names,
    take: () => recorded.splice(0),
    endAll: () => state.endAll(),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true });
    },
  };
};

class SimulatedState {
  readonly #containers: Map<string, SimulatedContainer>;
  readonly #watchers = new Set<ServerResponse>();

  constructor(seed: string, size: number) {
    const containers = Array.from({ length: size }, (_, i): SimulatedContainer => {
      const name = `sim-${i + 1}`;
      const id = createHash('sha256').update(`${seed}/${name}`).digest('hex');
      return { id, name, paused: false, hasEnded: false, startedAt: new Date().toISOString() };
    });
    this.#containers = new Map(containers.flatMap((c) => [[c.id, c] as const, [c.name, c] as const]));
  }

  get names(): string[] {
    return [...new Set(this.#containers.values())].map(({ name }) => name);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/^\/v1\.\d+/, '').split('?')[0] ?? '';
    if (path === '/_ping') return send(response, 200, 'OK');
    if (path === '/version') return send(response, 200, version);
    if (path === '/events') return this.#watch(response);
    if (path === '/containers/json') return send(response, 200, [...new Set(this.#containers.values())].map(listed));
    const [, key = '', verb = ''] = /^\/containers\/([^/]+)\/([a-z]+)$/.exec(path) ?? [];
    const container = this.#containers.get(key);
    if (container && verb === 'logs') return send(response, 200);
    if (!container) return send(response, 404, { message: `No such container: ${key}` });
    if (request.method === 'GET') return send(response, 200, inspected(container));
    this.#act(container, verb);
    send(response, 204);
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.#watchers.add(response);
    response.once('close', () => this.#watchers.delete(response));
  }

  endAll(): void {
    for (const container of new Set(this.#containers.values())) {
      container.hasEnded = true;
      this.#tell(container, 'die', { exitCode: '1' });
    }
  }

  #act(container: SimulatedContainer, verb: string): void {
    if (verb === 'pause' || verb === 'unpause') container.paused = verb === 'pause';
    if (verb === 'restart') container.startedAt = new Date().toISOString();
    this.#tell(container, verb);
  }

  #tell(container: SimulatedContainer, verb: string, more: Record<string, string> = {}): void {
    const nowMs = Date.now();
    const actor = { ID: container.id, Attributes: { image: 'sim:1', name: container.name, ...more } };
    const event = { Type: 'container', Action: verb, Actor: actor, scope: 'local', timeNano: nowMs * 1e6 };
    for (const watcher of this.#watchers) watcher.write(`${JSON.stringify(event)}\n`);
  }
}

const version = {
  Version: '20.10.24',
  ApiVersion: '1.41',
  Os: 'linux',
  Arch: 'amd64',
  Components: [{ Name: 'Engine' }],
};

const headers = { 'api-version': '1.41', server: 'Docker/20.10.24 (linux)' };

const send = (response: ServerResponse, status: number, body?: unknown): void => {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
};
