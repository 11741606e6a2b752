import type { Clock } from '../../clock/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import type { OutputPiece } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Attempted, Output } from './kind.ts';
import { ended } from './kind.ts';

const firstPauseMs = 50;
const longestPauseMs = 5_000;
/** An engine may be away for so long (an update, a reboot) before its process counts as lost. */
const unreachableMs = 120_000;
/** How long the last output may take after the process has ended, and a process to show after its output has. */
const settleMs = 5_000;

/** What an engine says of a process: not running and without an exit code, it has not started. */
export interface ProcessState {
  isRunning: boolean;
  exitCode: number | null;
}

/** Keeps what a process writes until its output ends, or the connection breaks: the state tells which of the two. */
export const keepOutput = async (pieces: AsyncIterable<OutputPiece>, output: Output): Promise<void> => {
  try {
    for await (const piece of pieces) output.write(piece);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
};

interface Means {
  clock: Clock;
  signal: AbortSignal;
}

/** A process, and how to see whether it has ended. */
export interface Watched extends Means {
  /** @throws EngineError */
  look(): Promise<ProcessState>;
  /** Resolves when no more output comes. */
  outputEnds: Promise<void>;
}

/**
 * Waits for the end of a process: it is looked at now and then, and at once when its output ends. Resolves to its exit
 * code; null when it never started.
 * @throws EngineError when the engine cannot tell, the signal's reason when it is aborted
 */
export const awaitExit = async (watched: Watched): Promise<number | null> => {
  const { clock, signal, outputEnds } = watched;
  const patience = new Patience(watched);
  let hasOutputEnded = false;
  let pauseMs = firstPauseMs;
  for (;;) {
    const state = (await patience.ask(() => watched.look()))?.value;
    if (state && !state.isRunning && state.exitCode !== null) {
      await settlesWithin(clock, outputEnds, settleMs);
      return state.exitCode;
    }
    if (state && !state.isRunning && hasOutputEnded && patience.isNotStarting()) return null;
    if (hasOutputEnded) await clock.sleep(pauseMs, signal);
    const endsNow: boolean = !hasOutputEnded && (await sooner(outputEnds, watched, pauseMs));
    pauseMs = endsNow ? firstPauseMs : Math.min(pauseMs * 1.5, longestPauseMs);
    hasOutputEnded ||= endsNow;
  }
};

/**
 * Asks an engine again and again while it cannot be reached.
 * @throws EngineError, the signal's reason
 */
export const patiently = async <T>({ clock, signal }: Means, ask: () => Promise<T>): Promise<T> => {
  const patience = new Patience({ clock, signal });
  for (;;) {
    const answer = await patience.ask(ask);
    if (answer) return answer.value;
    await clock.sleep(1000, signal);
  }
};

/** Waits for an event, but not longer than so long; true when the event came. */
const sooner = async (event: Promise<void>, { clock, signal }: Watched, limitMs: number): Promise<boolean> => {
  const waking = new AbortController();
  const pause = clock.sleep(limitMs, AbortSignal.any([signal, waking.signal])).then(
    () => false,
    () => signal.throwIfAborted() ?? false,
  );
  return Promise.race([pause, event.then(() => true)]).finally(() => waking.abort());
};

/** For how long an engine that cannot be asked, and a process that does not start, is waited for. */
class Patience {
  readonly #means: Means;
  #unseenSinceMs: number | null = null;
  #unstartedSinceMs: number | null = null;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Null while the engine cannot be asked. */
  async ask<T>(ask: () => Promise<T>): Promise<{ value: T } | null> {
    const { clock, signal } = this.#means;
    signal.throwIfAborted();
    try {
      const value = await ask();
      this.#unseenSinceMs = null;
      return { value };
    } catch (error) {
      if (!(error instanceof EngineError) || !mayComeBack(error)) throw error;
      this.#unseenSinceMs ??= clock.monotonic();
      if (clock.monotonic() - this.#unseenSinceMs > unreachableMs) throw error;
      return null;
    }
  }

  isNotStarting(): boolean {
    this.#unstartedSinceMs ??= this.#means.clock.monotonic();
    return this.#means.clock.monotonic() - this.#unstartedSinceMs > settleMs;
  }
}

const mayComeBack = (error: EngineError): boolean =>
  error.kind === 'unreachable' || error.kind === 'timeout' || error.kind === 'server';

/** What an exit code means. */
export const exited = (exitCode: number, successCodes: readonly number[] | undefined, note = ''): Attempted => ({
  ...ended((successCodes ?? [0]).includes(exitCode) ? 'succeeded' : 'failed', `exit code ${exitCode}${note}`),
  exitCode,
});
