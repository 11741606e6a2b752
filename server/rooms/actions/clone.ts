import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { inspectExactly, stateOf } from './container-action.ts';
import type { Attempted, Dispatched, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import { patiently } from './process.ts';

/** How long an engine may take to show what it made, and how often it is looked for. */
const settleMs = 5_000;
const pauseMs = 200;

/** By this label a clone is known as the one that a run made, after a lost answer and after a crash. */
export const cloneLabel = 'chrontainer.clone';

/**
 * Makes another container of what one is made of. It is made once: its name is the user's, and a name is given once;
 * whose it is its label tells.
 */
export const clone: StepKind = {
  name: 'clone',
  scope: 'container',
  options: ['name', 'start', 'publishPorts'],
  required: ['name'],
  right: 'update',
  isByHand: true,
  attempt: async (work) => {
    const before = await inspectExactly(work.engine(), work.container);
    await work.dispatch({ before: stateOf(before) });
    await make(work, before.id);
    return finish(work, before.id, '');
  },
  resume,
};

async function resume(work: Work, { note }: Dispatched): Promise<Attempted | null> {
  const { before } = note;
  if (!before || !(await patiently(work, () => find(work)))) return null;
  return finish(work, before.id, ' (seen after a restart of Chrontainer)');
}

const optionsOf = ({ runId, step }: Work) => {
  const { name = '', publishPorts = false } = step.options ?? {};
  return { name, publishPorts, labels: { [cloneLabel]: runId } };
};

/** The clone that this run made; null where there is none yet. */
const find = async (work: Work): Promise<InspectedContainer | null> => {
  const found = await findNamed(work);
  return found && isOurs(work, found) ? found : null;
};

const isOurs = ({ runId }: Work, { labels }: InspectedContainer): boolean => labels[cloneLabel] === runId;

/** The container that has the clone's name. */
const findNamed = async (work: Work): Promise<InspectedContainer | null> => {
  const { name } = optionsOf(work);
  try {
    const found = await work.engine().inspectContainer(name);
    // The engine would also take an ID, or the beginning of one.
    return found.name === name ? found : null;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};

const make = async (work: Work, id: string): Promise<void> => {
  const call = work.engine().changes.clone(id, optionsOf(work));
  work.hold(call);
  try {
    await call;
  } catch (error) {
    // A name is given once: it may be an earlier life's call that has it, and is at it still.
    const isInDoubt = error instanceof EngineError && (error.mayHaveHappened || error.kind === 'conflict');
    if (!isInDoubt || !(await untilMade(work))) throw plain(error);
  }
};

/** The answer was lost, and the engine may still be at it; false also where the name is another container's. */
const untilMade = async (work: Work): Promise<boolean> => {
  const sinceMs = work.clock.monotonic();
  for (;;) {
    const found = await patiently(work, () => findNamed(work));
    if (found) return isOurs(work, found);
    if (work.clock.monotonic() - sinceMs > settleMs) return false;
    await work.clock.sleep(pauseMs, work.signal);
  }
};

/** What the clone needs beside the call that makes it; each part can be done again. */
const finish = async (work: Work, id: string, note: string): Promise<Attempted> => {
  const options = optionsOf(work);
  try {
    await work.engine().changes.joinNetworks(id, options);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return ended('failed', `${options.name} was made, but is not in all networks: ${error.message}`);
  }
  if (work.step.options?.start !== true) return ended('succeeded', `cloned to ${options.name}${note}`);
  const made = await find(work);
  if (!made) return ended('failed', `${options.name} was made, and is gone again`);
  return start(work, made, note);
};

/** One that was started by an earlier life of the program is not started again. */
const start = async (work: Work, made: InspectedContainer, note: string): Promise<Attempted> => {
  const name = made.name;
  try {
    if (made.startedAt === null) await work.engine().startContainer(made.id);
    const now = await work.engine().inspectContainer(made.id);
    if (now.startedAt !== null) return ended('succeeded', `cloned to ${name}, and started${note}`);
    return ended('failed', `cloned to ${name}, which has not started`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return ended('failed', `cloned to ${name}, which could not be started: ${error.message}`);
  }
};

/** An image or a network that is not there: no target of the step is missing. */
const plain = (error: unknown): unknown =>
  error instanceof EngineError && error.kind === 'not_found'
    ? new EngineError({ kind: 'refused', message: error.message })
    : error;
