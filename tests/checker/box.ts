import type { InspectedContainer, ListedContainer } from '../../server/engine/index.ts';

export const boxActions = ['start', 'stop', 'restart', 'kill', 'pause', 'unpause'] as const;
export type BoxAction = (typeof boxActions)[number];

/** A container of the scripted engine. */
export class Box {
  readonly id: string;
  readonly name: string;
  /** How long its program takes to end when it is told to, milliseconds. */
  readonly stopMs: number;
  state: 'running' | 'paused' | 'exited' = 'running';
  /** What is being done to it. */
  busyWith: BoxAction | null = null;
  #createdAtMs: number;
  #startedAtMs: number;
  #starts = 1;

  constructor(number: number, name: string, stopMs: number, nowMs: number) {
    this.id = String(number).repeat(64).slice(0, 64);
    this.name = name;
    this.stopMs = stopMs;
    this.#createdAtMs = nowMs;
    this.#startedAtMs = nowMs;
  }

  /** The engine's text: never the same for two starts, also when the clock is set back between them. */
  get startedAtText(): string {
    const nanoseconds = String(this.#starts).padStart(6, '0');
    return new Date(this.#startedAtMs).toISOString().replace('Z', `${nanoseconds}Z`);
  }

  /** What an action makes of it in the end. */
  become(action: BoxAction, nowMs: number): void {
    if (action === 'stop' || action === 'kill') this.state = 'exited';
    if (action === 'pause' && this.state === 'running') this.state = 'paused';
    if (action === 'unpause' && this.state === 'paused') this.state = 'running';
    if (action === 'restart' || (action === 'start' && this.state === 'exited')) this.#start(nowMs);
  }

  inspected(): InspectedContainer {
    return {
      ...this.#common(),
      running: this.state !== 'exited',
      paused: this.state === 'paused',
      restarting: false,
      startedAt: this.#startedAtMs,
      startedAtText: this.startedAtText,
      finishedAt: null,
      exitCode: 0,
      oomKilled: false,
      hasHealthCheck: false,
      stopTimeoutMs: null,
      stopSignal: null,
      restartPolicy: 'no',
      autoRemove: false,
    };
  }

  listed(): ListedContainer {
    return { ...this.#common(), status: '', exitCode: null };
  }

  #start(nowMs: number): void {
    this.state = 'running';
    this.#startedAtMs = nowMs;
    this.#starts += 1;
  }

  #common() {
    const image = { image: 'image', imageId: 'sha256:0' };
    const bare = { health: null, ipAddresses: [], ports: [], labels: {}, sharesWith: [] };
    return { id: this.id, name: this.name, state: this.state, createdAt: this.#createdAtMs, ...image, ...bare };
  }
}
