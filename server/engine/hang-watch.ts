import { EngineError } from './error.ts';
import type { Question } from './exchange.ts';

/** Most calls are answered in milliseconds; the few that take longer for good reasons are told apart by the check. */
const patienceMs = 3000;
/** Sum of both: well below the ten seconds in which a hung engine is to be noticed. */
const answerWithinMs = 4000;
const againAfterMs = 2000;
/** How much longer than expected the calls to several containers may take before nothing else is needed. */
const overdueMs = 6000;

/** The engine answers, but finishes nothing. */
export interface Hang {
  /** Epoch milliseconds of the call that has waited longest. */
  since: number;
  /** In words, with the remedy. */
  reason: string;
}

/** What the watch asks on its own; both are the engine's to answer whatever its containers do. */
interface Checks {
  ping(): Promise<void>;
  /** What only an engine answers that reaches what keeps its containers: a Docker engine asks its containerd. */
  reachThrough(deadlineMs: number): Promise<unknown>;
}

type Watched = Pick<Question, 'method' | 'path' | 'purpose' | 'expectedMs'>;

interface Pending extends Watched {
  startedAtMs: number;
}

/**
 * Notices an engine that answers a ping, a list and its events, but never comes to the end of what it is to do with a
 * container: containerd hangs, or its disk. A call that takes its time proves nothing, a stop may wait for minutes. So
 * it only makes the watch ask for something that does not depend on that container. Real time, as with deadlines.
 */
export class HangWatch {
  readonly #checks: Checks;
  readonly #pending = new Set<Pending>();
  readonly #listeners: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #hang: Hang | null = null;
  #isLooking = false;
  #isClosed = false;

  constructor(checks: Checks) {
    this.#checks = checks;
  }

  /** Null: nothing is known to hang. */
  get hang(): Hang | null {
    return this.#hang;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Does a call, and looks closer when it takes long. */
  async during<T>(call: Watched, work: () => Promise<T>): Promise<T> {
    const { method, path, purpose, expectedMs } = call;
    const pending: Pending = { method, path, purpose, expectedMs, startedAtMs: Date.now() };
    this.#pending.add(pending);
    const timer = this.#later(patienceMs, () => void this.#look());
    try {
      const answer = await work();
      // One that had hung came to its end: whether others do is looked at anew.
      if (Date.now() - pending.startedAtMs > patienceMs) this.#set(null);
      return answer;
    } finally {
      this.#cancel(timer);
      this.#pending.delete(pending);
    }
  }

  /** The connection is gone, and with it all that was known. */
  forget(): void {
    this.#set(null);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) this.#cancel(timer);
  }

  /** Until nothing is late any more, and nothing hangs. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    this.#judge(await this.#hangs());
    this.#isLooking = false;
    if (this.#hang || this.#late(patienceMs).length > 0) this.#later(againAfterMs, () => void this.#look());
  }

  async #hangs(): Promise<boolean> {
    try {
      await this.#checks.reachThrough(answerWithinMs);
      return this.#areOthersOverdue();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return error.kind === 'timeout' && (await this.#isAlive());
    }
  }

  /** One that does not even answer a ping is silent, which is told otherwise. */
  async #isAlive(): Promise<boolean> {
    try {
      await this.#checks.ping();
      return true;
    } catch (error) {
      if (error instanceof EngineError) return false;
      throw error;
    }
  }

  /** Two containers that both do not do what they are told are no matter of the containers any more. */
  #areOthersOverdue(): boolean {
    const overdue = [...this.#pending].filter(
      ({ startedAtMs, expectedMs }) => expectedMs !== undefined && Date.now() - startedAtMs > expectedMs + overdueMs,
    );
    return new Set(overdue.map(({ path }) => containerIn(path))).size > 1;
  }

  #judge(isHanging: boolean): void {
    if (!isHanging) return this.#set(null);
    const [first] = this.#late(0);
    // Between the question and its answer the call may have been given up; what is known stays until an answer comes.
    if (this.#hang || !first) return;
    this.#set({ since: first.startedAtMs, reason: wordsFor(first) });
  }

  /** The longest first. */
  #late(afterMs: number): Pending[] {
    const late = [...this.#pending].filter(({ startedAtMs }) => Date.now() - startedAtMs >= afterMs);
    return late.sort((a, b) => rank(a) - rank(b) || a.startedAtMs - b.startedAtMs);
  }

  #set(hang: Hang | null): void {
    if (this.#isClosed || this.#hang === hang) return;
    this.#hang = hang;
    for (const tell of this.#listeners) tell();
  }

  #later(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) work();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }
}

/** What somebody wanted says more than what was only looked at. */
const rank = ({ method }: Watched): number => (method === 'GET' ? 1 : 0);

const containerIn = (path: string): string => /\/containers\/([^/?]+)/.exec(path)?.[1] ?? path;

const wordsFor = ({ purpose }: Watched): string =>
  `The engine answers, but does not finish what it is told: to ${purpose.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1')}. ` +
  'Look at what keeps its containers (systemctl status containerd), and restart it, or the engine.';
