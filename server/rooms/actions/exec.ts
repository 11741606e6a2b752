import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { failed } from './action.ts';
import { inspectExactly, stateOf } from './container-action.ts';
import { Interruption } from './interruption.ts';
import type { Attempted, Dispatched, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import { limited } from './limited.ts';
import { awaitExit, exited, keepOutput, patiently } from './process.ts';

/**
 * Runs a command in a container. It runs once: the engine's ID of the prepared command is in the journal before the
 * command starts, and the engine refuses to start it a second time.
 */
export const exec: StepKind = {
  name: 'exec',
  scope: 'container',
  options: ['command', 'user', 'workingDir', 'env', 'successExitCodes'],
  required: ['command'],
  right: 'exec',
  foresee: (container) => {
    const refusal = refusalOf(container);
    return refusal && failed(refusal.message);
  },
  attempt: async (work) => {
    const { command = [], user, workingDir, env } = work.step.options ?? {};
    const before = await inspectExactly(work.engine(), work.container);
    const refusal = refusalOf(before);
    if (refusal) return refusal;
    const execId = await work.engine().jobs.createCommand(before.id, { command, user, workingDir, env });
    await work.dispatch({ before: stateOf(before), execId });
    return toItsEnd(work, execId, work.clock.now(), startOnce, '');
  },
  resume,
};

const refusalOf = ({ running, paused }: InspectedContainer): Attempted | null => {
  if (paused) return ended('failed', 'it is paused, so no command can run in it');
  return running ? null : ended('failed', 'it is not running, so no command can run in it');
};

/** A command that has not started yet is started; of one that has, the engine knows how it ended. */
async function resume(work: Work, { note, dispatchedAt }: Dispatched): Promise<Attempted | null> {
  const { execId } = note;
  if (execId === undefined) return null;
  const state = await patiently(work, () => work.engine().jobs.commandState(execId));
  const isStarted = state.isRunning || state.exitCode !== null;
  const start = isStarted ? async () => ({ ends: Promise.resolve() }) : startOnce;
  return toItsEnd(work, execId, dispatchedAt, start, ' (seen after a restart of Chrontainer; some output may be lost)');
}

type Start = (work: Work, id: string, signal: AbortSignal) => Promise<{ ends: Promise<void> }>;

/** Starts the command, unless it was before: the engine refuses that, and when no answer came the state tells. */
const startOnce: Start = async (work, id, signal) => {
  try {
    const pieces = await work.engine().jobs.startCommand(id, signal);
    return { ends: keepOutput(pieces, await work.output('append')) };
  } catch (error) {
    // Broken off by us: that the engine did not answer any more says nothing of the command.
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof EngineError) || !(error.kind === 'conflict' || error.mayHaveHappened)) throw error;
    return { ends: Promise.resolve() };
  }
};

const toItsEnd = async (work: Work, id: string, sinceMs: number, start: Start, note: string): Promise<Attempted> => {
  try {
    return await limited(work, sinceMs, async (signal) => {
      const { ends } = await start(work, id, signal);
      return see(work, id, ends, signal, note);
    });
  } catch (error) {
    if (!(error instanceof Interruption) || error.why === 'shutdown') throw error;
    // Engines have no call that ends a command.
    throw new Interruption(error.why, `${error.message}; the command itself goes on in the container`);
  }
};

const see = async (
  { step, clock, ...work }: Work,
  id: string,
  outputEnds: Promise<void>,
  signal: AbortSignal,
  note: string,
): Promise<Attempted> => {
  const { jobs } = work.engine();
  try {
    const exitCode = await awaitExit({ look: () => jobs.commandState(id), outputEnds, clock, signal });
    if (exitCode === null) return ended('failed', 'the engine did not start the command');
    return exited(exitCode, step.options?.successExitCodes, note);
  } catch (error) {
    // It was started: another try would run it twice.
    if (!(error instanceof EngineError)) throw error;
    return ended('interrupted', `nobody can tell how the command ended: ${error.message}`);
  }
};
