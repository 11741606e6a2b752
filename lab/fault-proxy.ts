import { mkdtempSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { freePort } from './free-port.ts';

/** What is wrong on the way to an engine. */
export type Fault =
  | { kind: 'none' }
  /** Every piece of data takes this long, in both directions. */
  | { kind: 'delay'; delayMs: number }
  /** Nobody listens, and what was open is cut. */
  | { kind: 'refuse' }
  /** Connections are accepted, and cut as soon as they carry anything. */
  | { kind: 'reset' }
  /** Connections are accepted, and nothing gets through until the fault is over: an unplugged cable. */
  | { kind: 'blackhole' }
  /** What is asked gets through and happens; the answers never come, also not afterwards. */
  | { kind: 'half-open' };

/** Stands between a client and an engine, and breaks what lies between them. */
export interface FaultProxy {
  socket: string;
  /** The same for DOCKER_HOST: `unix:///…`. */
  url: string;
  /** Changes what is wrong, for open connections too. */
  set(fault: Fault): Promise<void>;
  /** Cuts all open connections once. */
  cut(): void;
  /** How many connections have been accepted so far. */
  accepted(): number;
  close(): Promise<void>;
}

/** The same with a port of 127.0.0.1, or of another address of this machine, in place of a socket. */
export interface PortFaultProxy extends Omit<FaultProxy, 'socket' | 'url'> {
  port: number;
}

/** Listens on a port of its own for what is meant for a port of 127.0.0.1, or for a socket. */
export const portFaultProxy = async (upstream: number | string, host = '127.0.0.1'): Promise<PortFaultProxy> => {
  const port = await freePort(host);
  const to = typeof upstream === 'number' ? { host: '127.0.0.1', port: upstream } : { path: upstream };
  const proxy = new FaultyWay({ host, port }, to);
  await proxy.set({ kind: 'none' });
  return {
    port,
    set: (fault) => proxy.set(fault),
    cut: () => proxy.cut(() => true),
    accepted: () => proxy.accepted,
    close: () => proxy.set({ kind: 'refuse' }),
  };
};

/** Listens on a socket of its own for what is meant for `upstream`, an engine's socket. */
export const faultProxy = async (upstream: string): Promise<FaultProxy> => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-proxy-'));
  const socket = join(directory, 'docker.sock');
  const proxy = new FaultyWay({ path: socket }, { path: upstream });
  await proxy.set({ kind: 'none' });
  return {
    socket,
    url: `unix://${socket}`,
    set: (fault) => proxy.set(fault),
    cut: () => proxy.cut(() => true),
    accepted: () => proxy.accepted,
    close: async () => {
      await proxy.set({ kind: 'refuse' });
      rmSync(directory, { recursive: true });
    },
  };
};

type Place = { path: string } | { host: string; port: number };

class FaultyWay {
  accepted = 0;
  readonly #place: Place;
  readonly #upstream: Place;
  readonly #connections = new Set<Connection>();
  #fault: Fault = { kind: 'refuse' };
  #server: Server | undefined;

  constructor(place: Place, upstream: Place) {
    this.#place = place;
    this.#upstream = upstream;
  }

  async set(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault.kind === 'refuse') return this.#stopListening();
    this.cut((connection) => connection.isHalfOpen || fault.kind === 'reset');
    for (const connection of this.#connections) connection.apply(fault);
    await this.#listen();
  }

  cut(which: (connection: Connection) => boolean): void {
    for (const connection of this.#connections) if (which(connection)) connection.cut();
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.#place, resolve));
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut(() => true);
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  #accept(client: Socket): void {
    this.accepted += 1;
    const connection = new Connection(client, connect({ ...this.#upstream, allowHalfOpen: true }), this.#fault);
    this.#connections.add(connection);
    client.once('close', () => this.#connections.delete(connection));
  }
}

/** One client's connection and the one that was opened for it. */
class Connection {
  readonly #sockets: Socket[];
  #fault: Fault;
  #held: (() => void)[] = [];

  constructor(client: Socket, upstream: Socket, fault: Fault) {
    this.#fault = fault;
    this.#sockets = [client, upstream];
    for (const socket of this.#sockets) {
      // What breaks one side is told to the other by closing it.
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
    client.pipe(this.#passage('question')).pipe(upstream);
    upstream.pipe(this.#passage('answer')).pipe(client);
  }

  /** What follows a lost answer would make no sense to the client. */
  get isHalfOpen(): boolean {
    return this.#fault.kind === 'half-open';
  }

  apply(fault: Fault): void {
    this.#fault = fault;
    for (const release of this.#held.splice(0)) release();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #passage(direction: 'question' | 'answer'): Transform {
    return new Transform({
      transform: (chunk, _encoding, done) => this.#pass(direction, () => done(null, chunk)),
      flush: (done) => this.#pass(direction, done),
    });
  }

  /** Lets a piece of data, or the end of it, through now, later or never, as the fault demands. */
  #pass(direction: 'question' | 'answer', go: () => void): void {
    const fault = this.#fault;
    if (fault.kind === 'reset') return this.cut();
    if (fault.kind === 'blackhole') return void this.#held.push(() => this.#pass(direction, go));
    if (fault.kind === 'delay') return void setTimeout(go, fault.delayMs);
    if (fault.kind !== 'half-open' || direction === 'question') go();
  }
}
