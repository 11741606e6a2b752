import type { ClientRequestArgs } from 'node:http';
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HostGrant } from '../../../contract/index.ts';
import { hostGrant } from '../../../contract/index.ts';
import { Gathered } from './gathered.ts';
import type { Way } from './way.ts';

/** As node:http wants to be told. */
type Told = (error: Error | null, connection: Duplex) => void;

/** `gathered`: one of its own, for an answer that comes in many small pieces. */
export type ConnectionKind = 'kept' | 'own' | 'gathered';

/** A way to an engine, as node:http takes it. */
export class Transport {
  readonly url: string;
  readonly isLocal: boolean;
  /** What may be asked. */
  readonly grants: readonly HostGrant[];
  readonly #way: Way;
  readonly #kept: KeptConnections;

  constructor(way: Way, grants: readonly HostGrant[] = hostGrant.options) {
    this.url = way.url;
    this.isLocal = way.isLocal;
    this.grants = grants;
    this.#way = way;
    this.#kept = new KeptConnections(this.#dial);
  }

  /** @throws EngineError when what all connections go through cannot be opened */
  async ready(): Promise<void> {
    await this.#way.ready?.();
  }

  /** Kept connections are for calls that only read: what changes something gets one of its own. */
  connection(kind: ConnectionKind): Pick<ClientRequestArgs, 'agent' | 'createConnection'> {
    if (kind === 'kept') return { agent: this.#kept };
    const wrap = kind === 'gathered' ? (connection: Duplex) => new Gathered(connection) : undefined;
    return { createConnection: (_options, tell) => this.#dial(tell, wrap) };
  }

  /** A sentence with the remedy for a failed connection; undefined where nothing better is known. */
  explain(error: unknown): string | undefined {
    return this.#way.explain(error);
  }

  close(): void {
    this.#kept.destroy();
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

class KeptConnections extends Agent {
  readonly #dial: (tell: Told) => undefined;

  constructor(dial: (tell: Told) => undefined) {
    super({ keepAlive: true, maxFreeSockets: 4 });
    this.#dial = dial;
  }

  override createConnection(_options: ClientRequestArgs, tell?: Told): undefined {
    return this.#dial(tell ?? (() => undefined));
  }
}
