import type { Engine, EngineEvent, EventOptions } from '../../server/engine/index.ts';
import { EngineError } from '../../server/engine/index.ts';
import type { BoxAction } from './box.ts';
import { Box } from './box.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';
import type { WorldTime } from './world-time.ts';

/** What becomes of a request for an action. */
export interface Fates extends Record<string, number> {
  /** Done and answered. */
  ok: number;
  /** Done, and the answer is lost. */
  replyLost: number;
  /** The connection ends at once; the engine goes on with it. */
  cut: number;
  /** Done, and no answer comes until the client gives up. */
  silent: number;
  /** The connection ends, and the engine never heard of it. */
  requestLost: number;
  /** Not done: 500. */
  broken: number;
  /** Not done: 409. */
  conflict: number;
}

/** An action that the engine began: its own account, which the ledger is compared with. */
export interface Effect {
  container: string;
  action: BoxAction;
  nowMs: number;
  isOver: boolean;
  /** Whether it changed anything. */
  hasChanged: boolean;
  /** What the container was in the end. */
  state: Box['state'];
}

/** Told of everything that reaches the engine. */
export interface EngineListener {
  acted(box: Box, action: BoxAction): Effect;
  overlapped(box: Box, action: BoxAction): void;
  ended(box: Box, action: BoxAction): void;
}

/** The client's patience beyond a container's own time to stop. */
const callMarginMs = 20_000;
const unreachable = (mayHaveHappened: boolean) =>
  new EngineError({ kind: 'unreachable', message: 'the engine cannot be reached', mayHaveHappened });

/**
 * An engine that outlives the program: its containers have states, its actions take time, its answers get lost by
 * chance, and it goes on with what it began when the program dies.
 */
export class ScriptedEngine {
  readonly boxes: Box[];
  /** For each container whether the last look at it was answered. */
  readonly lastLook = new Map<string, boolean>();
  #time: WorldTime;
  #random: Random;
  #fates: Fates;
  #listener: EngineListener;
  #isDown = false;
  #cutAll = new Set<() => void>();

  constructor(parts: { time: WorldTime; random: Random; fates: Fates; listener: EngineListener }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#fates = parts.fates;
    this.#listener = parts.listener;
    const stops = [10, 800, 4_000, 9_000];
    this.boxes = ['web', 'db', 'cache'].map(
      (name, i) => new Box(i + 1, name, parts.random.pick(stops), parts.time.now()),
    );
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** An outage cuts every connection; what was begun goes on. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
    if (!isDown) return;
    this.#time.stir();
    for (const cut of [...this.#cutAll]) cut();
  }

  /** The client of one life. */
  connect(life: Life): Engine {
    const act = (id: string, action: BoxAction) => life.through('act', () => this.#request(id, action));
    return {
      hostId: 1,
      isLocal: true,
      facts: () => this.#answer(life, { kind: 'docker', version: '29', apiVersion: '1.52', ...machine }),
      reach: () => this.#answer(life, { askedAt: new Date(0).toISOString(), areas: [] }),
      ping: () => this.#answer(life, undefined),
      listContainers: () => life.through('look', () => this.#up().boxes.map((box) => box.listed())),
      inspectContainer: (idOrName) => life.through('look', () => this.#inspect(idOrName)),
      inspectRaw: () => this.#answer(life, {}),
      startContainer: (id) => act(id, 'start'),
      stopContainer: (id) => act(id, 'stop'),
      restartContainer: (id) => act(id, 'restart'),
      killContainer: (id) => act(id, 'kill'),
      pauseContainer: (id) => act(id, 'pause'),
      unpauseContainer: (id) => act(id, 'unpause'),
      events: (options) => this.#events(options),
      close: () => undefined,
      hangWatch: { hang: null, onChange: () => undefined, forget: () => undefined },
      get jobs(): never {
        throw new Error('the scripted engine does no jobs');
      },
      get stats(): never {
        throw new Error('the scripted engine counts no use');
      },
      get changes(): never {
        throw new Error('the scripted engine makes no containers');
      },
      get successors(): never {
        throw new Error('the scripted engine makes no containers');
      },
      get looks(): never {
        throw new Error('the scripted engine tells no details');
      },
      get stock(): never {
        throw new EngineError({ kind: 'refused', message: 'the scripted engine keeps no images' });
      },
      get logs(): never {
        throw new EngineError({ kind: 'refused', message: 'the scripted engine keeps no logs' });
      },
    };
  }

  #answer<T>(life: Life, answer: T): Promise<T> {
    return life.through('look', () => {
      this.#up();
      return answer;
    });
  }

  #up(): this {
    if (this.#isDown) throw unreachable(false);
    return this;
  }

  async #inspect(idOrName: string) {
    const box = this.#box(idOrName);
    if (this.#random.chance(0.1)) await this.#lapse(this.#random.int(1, 300));
    this.lastLook.set(box.name, !this.#isDown);
    return this.#up().#box(idOrName).inspected();
  }

  #box(idOrName: string): Box {
    const box = this.boxes.find((one) => one.id === idOrName || one.name === idOrName);
    if (!box) throw new EngineError({ kind: 'not_found', message: `there is no container ${idOrName}` });
    return box;
  }

  #lapse(ms: number): Promise<void> {
    return new Promise((resolve) => this.#time.after(ms, resolve));
  }

  #request(id: string, action: BoxAction): Promise<void> {
    const box = this.#up().#box(id);
    const effect = this.#listener.acted(box, action);
    const fate = this.#random.weighted(this.#fates);
    if (fate === 'broken') {
      throw new EngineError({ kind: 'server', message: 'the engine failed', engineStatus: 500 });
    }
    if (fate === 'conflict') throw new EngineError({ kind: 'conflict', message: 'not now', engineStatus: 409 });
    if (fate === 'requestLost') throw unreachable(true);
    const done = this.#perform(box, action, effect);
    if (fate === 'cut') throw unreachable(true);
    if (fate === 'silent') return this.#untilCut(this.#giveUp());
    return this.#untilCut(done.then(() => (fate === 'replyLost' ? Promise.reject(unreachable(true)) : undefined)));
  }

  async #giveUp(): Promise<never> {
    await this.#lapse(10_000 + callMarginMs);
    throw new EngineError({ kind: 'timeout', message: 'the engine did not answer', mayHaveHappened: true });
  }

  #untilCut(answer: Promise<void>): Promise<void> {
    const cut = Promise.withResolvers<never>();
    const cutNow = () => cut.reject(unreachable(true));
    this.#cutAll.add(cutNow);
    return Promise.race([answer, cut.promise]).finally(() => this.#cutAll.delete(cutNow));
  }

  async #perform(box: Box, action: BoxAction, effect: Effect): Promise<void> {
    if (box.busyWith) this.#listener.overlapped(box, action);
    box.busyWith = action;
    const before = `${box.state} ${box.startedAtText}`;
    if (action === 'stop' || action === 'restart') await this.#lapse(box.state === 'exited' ? 5 : box.stopMs);
    if (action === 'restart') box.state = 'exited';
    await this.#lapse(this.#random.int(1, 400));
    box.become(action, this.#time.now());
    effect.hasChanged = before !== `${box.state} ${box.startedAtText}`;
    effect.state = box.state;
    effect.isOver = true;
    box.busyWith = null;
    this.#listener.ended(box, action);
    this.#time.stir();
  }

  /** The stream tells nothing, which the program must be able to live with, and ends with an outage. */
  async *#events({ signal, onOpen }: EventOptions): AsyncIterable<EngineEvent> {
    this.#up();
    onOpen?.();
    await new Promise<void>((resolve, reject) => {
      const cut = () => reject(unreachable(false));
      this.#cutAll.add(cut);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    yield* [];
  }
}

const machine = {
  operatingSystem: 'linux',
  architecture: 'amd64',
  distribution: null,
  cpus: null,
  memoryBytes: null,
  storageDriver: null,
  clockOffsetMs: null,
};
