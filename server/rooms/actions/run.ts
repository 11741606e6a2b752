import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import { fetchImage } from './fetching.ts';
import { Interruption } from './interruption.ts';
import type { Attempted, Dispatched, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import { limited } from './limited.ts';
import type { ProcessState } from './process.ts';
import { awaitExit, exited, keepOutput, patiently } from './process.ts';

/** The label of a container that is the job of a run; its value is the run's ID. */
export const runLabel = 'chrontainer.run';

/** How long the container may take to end by itself when the run is broken off. */
const stopTimeMs = 10_000;

/**
 * Runs a container of its own to its end. It runs once: its name is known before it is made, and an engine gives a
 * name to one container only. So what is found under the name after a crash is this run's.
 */
export const run: StepKind = {
  name: 'run',
  scope: 'host',
  options: [
    'image',
    'command',
    'entrypoint',
    'env',
    'user',
    'workingDir',
    'binds',
    'network',
    'successExitCodes',
    'remove',
    'pull',
  ],
  required: ['image'],
  right: 'exec',
  containerName: (runId, step) => `chrontainer-run-${runId}-${step + 1}`,
  attempt: async (work) => {
    await work.dispatch({});
    return toItsEnd(work, work.clock.now(), '');
  },
  resume,
};

const nameOf = ({ container }: Work): string => container ?? '';

async function resume(work: Work, { note, dispatchedAt }: Dispatched): Promise<Attempted | null> {
  if (note.exitCode !== undefined) return tidied(work, note.exitCode, ' (seen after a restart of Chrontainer)');
  if (!(await patiently(work, () => find(work)))) return null;
  return toItsEnd(work, dispatchedAt, ' (seen after a restart of Chrontainer)');
}

/** This run's container; null when there is none. */
const find = async (work: Work): Promise<InspectedContainer | null> => {
  try {
    const found = await work.engine().inspectContainer(nameOf(work));
    if (found.labels[runLabel] === work.runId) return found;
    throw new EngineError({ kind: 'conflict', message: `the name ${nameOf(work)} belongs to another container` });
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};

const toItsEnd = async (work: Work, sinceMs: number, note: string): Promise<Attempted> => {
  try {
    return await limited(work, sinceMs, async (signal) => {
      const container = await make(work, signal);
      return await startAndSee(work, container, signal, note);
    });
  } catch (error) {
    // An image or a network that is not there: no target of the step is missing.
    if (isMissing(error)) return ended('failed', error.message);
    if (!(error instanceof Interruption) || error.why === 'shutdown') throw error;
    throw new Interruption(error.why, `${error.message}${await breakOff(work)}`);
  }
};

/** The container, made now or found under its name. */
const make = async (work: Work, signal: AbortSignal): Promise<InspectedContainer> => {
  const { image = '', pull = 'missing', ...options } = work.step.options ?? {};
  const { jobs } = work.engine();
  const create = () => jobs.createContainer(nameOf(work), { ...options, image, labels: { [runLabel]: work.runId } });
  try {
    await create().catch(async (error: unknown) => {
      if (pull === 'never' || !isMissing(error)) throw error;
      await fetchImage(work, image, { signal });
      await create();
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!isDoubtful(error)) throw error;
    const found = await find(work);
    if (found) return found;
    throw error;
  }
  const made = await find(work);
  if (made) return made;
  throw new EngineError({ kind: 'not_found', message: 'the container was removed before it could start' });
};

const isMissing = (error: unknown): error is EngineError => error instanceof EngineError && error.kind === 'not_found';

/** It may have been made all the same, or before. */
const isDoubtful = (error: unknown): boolean =>
  error instanceof EngineError && (error.kind === 'conflict' || error.mayHaveHappened);

const startAndSee = async (
  work: Work,
  { id, state }: InspectedContainer,
  signal: AbortSignal,
  note: string,
): Promise<Attempted> => {
  const engine = work.engine();
  if (state === 'created') await start(work, id);
  const output = await work.output('anew');
  const outputEnds = engine.jobs.followLogs(id, signal).then(
    (pieces) => keepOutput(pieces, output),
    () => undefined,
  );
  const look = async () => stateOf(await engine.inspectContainer(id));
  try {
    const exitCode = await awaitExit({ look, outputEnds, clock: work.clock, signal });
    if (exitCode === null) return ended('failed', 'the engine did not start the container');
    await work.amend({ exitCode });
    return await tidied(work, exitCode, note);
  } catch (error) {
    // It was started: another try would run it twice.
    if (!(error instanceof EngineError)) throw error;
    return ended('interrupted', `nobody can tell how the container ended: ${error.message}`);
  }
};

/** One that cannot be started has done nothing: it goes, so that it can be tried again. */
const start = async (work: Work, id: string): Promise<void> => {
  try {
    await work.engine().startContainer(id);
  } catch (error) {
    if (error instanceof EngineError && error.mayHaveHappened) return;
    await work.engine().jobs.removeContainer(id);
    throw error;
  }
};

const stateOf = ({ state, running, restarting, exitCode }: InspectedContainer): ProcessState => {
  const isRunning = running || restarting;
  return { isRunning, exitCode: isRunning || state === 'created' ? null : exitCode };
};

/** The outcome, and the container out of the way: the exit code is in the journal before it goes. */
const tidied = async (work: Work, exitCode: number, note: string): Promise<Attempted> =>
  exited(exitCode, work.step.options?.successExitCodes, `${await remove(work)}${note}`);

/** Removes the container unless it is to stay; says so when that failed. */
const remove = async (work: Work): Promise<string> => {
  if (work.step.options?.remove === false) return '';
  try {
    await work.engine().jobs.removeContainer(nameOf(work));
    return '';
  } catch (error) {
    if (!(error instanceof ChrontainerError)) throw error;
    return `; its container ${nameOf(work)} could not be removed: ${error.message}`;
  }
};

/** Stops the container of a run that is broken off; says what came of that. */
const breakOff = async (work: Work): Promise<string> => {
  try {
    const found = await find(work);
    if (!found) return '';
    if (found.running)
      await work.engine().stopContainer(found.id, { timeoutMs: stopTimeMs, stopTimeoutMs: stopTimeMs });
    return `${await remove(work)}; its container was stopped`;
  } catch (error) {
    if (!(error instanceof ChrontainerError)) throw error;
    return `; its container ${nameOf(work)} could not be stopped: ${error.message}`;
  }
};
