import type { EngineFacts } from '../../contract/index.ts';
import type { Clock } from '../clock/index.ts';
import { EngineError } from './error.ts';
import { NextTry } from './next-try.ts';
import type { Peace } from './peace.ts';
import { Silence } from './silence.ts';
import type { Engine, EngineEvent } from './types.ts';

/** Engines drop events for a reader that was too slow: now and then everything is listed again. */
const reconcileEveryMs = 10 * 60_000;

interface Parts {
  engine: Engine;
  clock: Clock;
  /** Shared by all connections: what is asked of an engine here goes before what may wait. */
  peace: Peace;
  /** Asks for all containers and takes them in, unless the signal was aborted meanwhile. */
  list(signal: AbortSignal): Promise<void>;
  /** Takes in what happened; the signal is aborted when the connection ends. */
  heed(event: EngineEvent, signal: AbortSignal): void;
  /** The list is complete, and the engine has said who it is. */
  met(facts: EngineFacts): void;
  /** There was a sign of life. */
  seen(): void;
  /** It broke, by itself or because it was stopped. */
  ended(error: EngineError, isStopped: boolean): void;
}

/**
 * The connection to an engine, made again after each break: a sign of life, its events, its containers and who it is;
 * then the events as they come, a sign of life whenever there are none, and now and then all containers again.
 */
export class Connection {
  readonly #parts: Parts;
  readonly #silence: Silence;
  readonly #nextTry: NextTry;
  /** Asked who it is, the engine has not answered: its containers would come and go with each try. */
  #owesFacts = false;
  #lastEventNs: bigint | undefined;
  #stopping: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Resolved when the first list was taken in, or could not be had. */
  readonly #listed = Promise.withResolvers<void>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#silence = new Silence(parts.clock);
    this.#nextTry = new NextTry(parts.clock, parts.engine.isLocal);
  }

  /** Connects, and again after each break, until it is stopped. */
  start(): void {
    if (this.#stopping) return;
    this.#stopping = new AbortController();
    this.#running = this.#stayConnected(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
    this.#stopping = null;
  }

  /** Ends the pause before the next try: somebody knows that it is worth it. */
  retryNow(): void {
    this.#nextTry.now();
  }

  /** The engine said something, on whatever way. */
  noteLife(): void {
    this.#silence.broken();
  }

  async #stayConnected(stopping: AbortSignal): Promise<void> {
    const { clock, ended } = this.#parts;
    while (!stopping.aborted) {
      const startedAtMs = clock.monotonic();
      const error = await this.#once(stopping);
      this.#listed.resolve();
      ended(error, stopping.aborted);
      if (!stopping.aborted) await this.#nextTry.wait(clock.monotonic() - startedAtMs, stopping);
    }
  }

  /** One connection from its beginning to its end; resolves to the reason of the end. */
  async #once(stopping: AbortSignal): Promise<EngineError> {
    const link = new AbortController();
    const signal = AbortSignal.any([stopping, link.signal]);
    const parts: Promise<unknown>[] = [];
    try {
      await this.#parts.engine.ping();
      // Not before: an engine that does not even answer that holds up nobody.
      void this.#parts.peace.letFirst(this.#listed.promise);
      const opened = Promise.withResolvers<void>();
      // First the events, then the list: what happens between the two is not lost.
      parts.push(this.#follow(signal, opened.resolve));
      await Promise.race([opened.promise, ...parts]);
      await Promise.race([this.#meet(signal), ...parts]);
      parts.push(
        this.#silence.watch(() => this.#ping(), signal),
        this.#reconcile(signal),
      );
      await Promise.race(parts);
      return broken();
    } catch (error) {
      if (error instanceof EngineError) return error;
      if (stopping.aborted) return broken();
      throw error;
    } finally {
      link.abort();
      await Promise.allSettled(parts);
    }
  }

  /** Who the engine is can wait for its containers and for those of others, unless it would not say so the last time. */
  async #meet(signal: AbortSignal): Promise<void> {
    const known = this.#owesFacts ? await this.#facts() : null;
    await this.#parts.list(signal);
    this.#listed.resolve();
    if (known === null) await this.#parts.peace.turn();
    const facts = known ?? (await this.#facts());
    if (!signal.aborted) this.#parts.met(facts);
  }

  async #facts(): Promise<EngineFacts> {
    this.#owesFacts = true;
    const facts = await this.#parts.engine.facts();
    this.#owesFacts = false;
    return facts;
  }

  async #follow(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const sinceNs = this.#lastEventNs === undefined ? undefined : this.#lastEventNs + 1n;
    for await (const event of this.#parts.engine.events({ sinceNs, signal, onOpen })) {
      this.#parts.seen();
      this.#lastEventNs = event.timeNano;
      this.#parts.heed(event, signal);
    }
  }

  async #ping(): Promise<void> {
    await this.#parts.engine.ping();
    this.#parts.seen();
  }

  async #reconcile(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.clock.sleep(reconcileEveryMs, signal);
      await this.#parts.list(signal);
    }
  }
}

const broken = (): EngineError =>
  new EngineError({ kind: 'unreachable', message: 'The connection to the engine ended.' });
