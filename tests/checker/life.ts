import type { Clock } from '../../server/clock/index.ts';
import type { WorldTime } from './world-time.ts';

/** Where a program can die: at a commit, at any other query, at an action of the engine, at a look at a container. */
export const points = ['commit', 'query', 'act', 'look'] as const;
export type Point = (typeof points)[number];

/** At the how manieth point of a kind the program dies, and whether what it was about still came to be. */
export interface Death {
  point: Point;
  count: number;
  side: 'before' | 'after';
}

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * One life of the program. What it does outwardly goes through here; once it is over nothing that it began goes on:
 * its promises never settle, its timers never fire, its handles do nothing.
 */
export class Life {
  readonly over: Promise<'over'>;
  readonly clock: Clock;
  #time: WorldTime;
  #isOver = false;
  #end: () => void;
  #death: Death | null;
  #atEnd: (() => void)[] = [];
  #passed: Record<Point, number> = { commit: 0, query: 0, act: 0, look: 0 };

  constructor(time: WorldTime, death: Death | null) {
    const { promise, resolve } = Promise.withResolvers<'over'>();
    this.over = promise;
    this.#end = () => resolve('over');
    this.#time = time;
    this.#death = death;
    const { now, monotonic, sinceBoot } = time;
    this.clock = { now, monotonic, sinceBoot, after: this.#after, sleep: this.#sleep };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get passed(): Readonly<Record<Point, number>> {
    return this.#passed;
  }

  /** It is to live on until it is ended. */
  spare(): void {
    this.#death = null;
  }

  /** It ends now, as by SIGKILL. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const finish of this.#atEnd) finish();
    this.#end();
  }

  /** What the system does when the process is gone, for example closing its files. */
  atEnd(finish: () => void): void {
    this.#atEnd.push(finish);
  }

  /** Does something outward, unless the program dies of it. */
  async through<T>(point: Point, work: () => T | Promise<T>): Promise<T> {
    if (this.#isOver) return never();
    this.#time.stir();
    this.#passed[point] += 1;
    if (this.#dies(point, 'before')) return never();
    try {
      return await work();
    } finally {
      this.#time.stir();
      if (this.#isOver || this.#dies(point, 'after')) await never();
    }
  }

  #dies(point: Point, side: Death['side']): boolean {
    const death = this.#death;
    if (death?.point !== point || death.side !== side || this.#passed[point] < death.count) return false;
    this.end();
    return true;
  }

  #after: Clock['after'] = (delayMs, callback) => this.#time.after(delayMs, () => this.#isOver || callback());

  #sleep: Clock['sleep'] = (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.#after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
}
