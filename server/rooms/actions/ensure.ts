import { EngineError } from '../../engine/index.ts';
import type { Work } from './kind.ts';

const pauseMs = 500;
const longestPauseMs = 5_000;
/** An engine that takes a call so often without doing it never will. */
const mostCalls = 10;

type Means = Pick<Work, 'clock' | 'signal' | 'hold'>;

/**
 * Asks an engine until it answers, however long it is away: half way through, only it can tell what is to be done.
 * @throws EngineError for an answer that says no, the signal's reason when it is aborted
 */
export const steadily = async <T>({ clock, signal }: Means, ask: () => Promise<T>): Promise<T> => {
  for (let ms = pauseMs; ; ms = Math.min(ms * 2, longestPauseMs)) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof EngineError) || !mayComeBack(error)) throw error;
      await clock.sleep(ms, signal);
    }
  }
};

/**
 * Does something unless it is done, and looks whether it was: where the answer is lost, the state tells.
 * @throws EngineError, the signal's reason
 */
export const ensure = async (means: Means, isDone: () => Promise<boolean>, act: () => Promise<void>): Promise<void> => {
  let fault = new EngineError({ kind: 'server', message: 'The engine says that it did it, and did not.' });
  for (let calls = 0; !(await steadily(means, isDone)); calls += 1) {
    if (calls === mostCalls) throw fault;
    if (calls > 0) await means.clock.sleep(pauseMs, means.signal);
    const call = act();
    means.hold(call);
    try {
      await call;
    } catch (error) {
      if (!(error instanceof EngineError) || !mayComeTrue(error)) throw error;
      fault = error;
    }
  }
};

/** A conflict may be with the same call of an earlier life, which the engine is still at. */
const mayComeTrue = (error: EngineError): boolean =>
  error.mayHaveHappened || error.kind === 'conflict' || mayComeBack(error);

const mayComeBack = ({ kind }: EngineError): boolean => kind === 'unreachable' || kind === 'timeout';
