import type { ClientRequest, ClientRequestArgs } from 'node:http';
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HostGrant } from '../../../contract/index.ts';
import { hostGrant } from '../../../contract/index.ts';
import { Gathered } from './gathered.ts';
import type { Way } from './way.ts';

/** How long a connection waits for another action: far shorter than engines, and proxies, keep one open. */
const warmMs = 500;
/** As many as the program lets act on one host at once. */
const mostFree = 8;

/** As node:http wants to be told. */
type Told = (error: Error | null, connection: Duplex) => void;

/**
 * One that may have been idle for minutes, one that was in use until just now, and a new one; `gathered`: a new one for
 * an answer that comes in many small pieces.
 */
export type ConnectionKind = 'kept' | 'warm' | 'own' | 'gathered';

/** A way to an engine, as node:http takes it. */
export class Transport {
  readonly url: string;
  readonly isLocal: boolean;
  /** What may be asked. */
  readonly grants: readonly HostGrant[];
  readonly #way: Way;
  readonly #kept: KeptConnections;
  readonly #warm: KeptConnections;

  constructor(way: Way, grants: readonly HostGrant[] = hostGrant.options) {
    this.url = way.url;
    this.isLocal = way.isLocal;
    this.grants = grants;
    this.#way = way;
    this.#kept = new KeptConnections(this.#dial, 4);
    this.#warm = new KeptConnections(this.#dial, 0);
  }

  /** @throws EngineError when what all connections go through cannot be opened */
  async ready(): Promise<void> {
    await this.#way.ready?.();
  }

  /**
   * Kept connections are for calls that only read, warm ones for what an engine can be asked about afterwards: what
   * else changes something gets one of its own.
   */
  connection(kind: ConnectionKind): Pick<ClientRequestArgs, 'agent' | 'createConnection'> {
    if (kind === 'kept') return { agent: this.#kept };
    if (kind === 'warm') return { agent: this.#warm };
    const wrap = kind === 'gathered' ? (connection: Duplex) => new Gathered(connection) : undefined;
    return { createConnection: (_options, tell) => this.#dial(tell, wrap) };
  }

  /** A sentence with the remedy for a failed connection; undefined where nothing better is known. */
  explain(error: unknown): string | undefined {
    return this.#way.explain(error);
  }

  close(): void {
    this.#kept.destroy();
    this.#warm.destroy();
    this.#way.close();
  }

  readonly #dial = (tell: Told, wrap = (connection: Duplex) => connection): undefined => {
    this.#way.dial().then(
      (connection) => tell(null, wrap(connection)),
      // Node's types demand a connection beside an error; it never looks at one.
      (error: unknown) => (tell as (error: Error) => void)(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

/** Connections of which a few stay open, and the others for as long as a burst of calls may go on. */
class KeptConnections extends Agent {
  readonly #dial: (tell: Told) => undefined;
  readonly #lasting: number;
  readonly #ends = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(dial: (tell: Told) => undefined, lasting: number) {
    super({ keepAlive: true, maxFreeSockets: mostFree });
    this.#dial = dial;
    this.#lasting = lasting;
  }

  override createConnection(_options: ClientRequestArgs, tell?: Told): undefined {
    return this.#dial(tell ?? (() => undefined));
  }

  override keepSocketAlive(connection: Duplex): void {
    const free = Object.values(this.freeSockets).flat().length;
    if (free >= this.#lasting) this.#ends.set(connection, setTimeout(() => connection.destroy(), warmMs).unref());
    return super.keepSocketAlive(connection);
  }

  override reuseSocket(connection: Duplex, request: ClientRequest): void {
    clearTimeout(this.#ends.get(connection));
    super.reuseSocket(connection, request);
  }
}
