import { settlesWithin } from '../../clock/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Action, StateBefore } from './action.ts';
import type { Attempted, Dispatched, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import type { Seen } from './observation.ts';
import { observe } from './observation.ts';

/** How long the state may take to show after the engine said that it is done. */
const settleMs = 5_000;
/** How long a container may take to become healthy when the step names no time of its own. */
const healthyMs = 120_000;

/** The kind of step that does one action to a container and looks until it has seen its effect. */
export const containerAction = (action: Action): StepKind => ({
  name: action.name,
  scope: 'container',
  options: action.options,
  required: [],
  attempt: async (work) => {
    const before = await inspectExactly(work.engine(), work.container);
    const pre = action.precheck(before);
    if (pre) return ended(pre.kind === 'done' ? 'succeeded' : 'failed', pre.message);
    await work.dispatch({ before: stateOf(before) });
    return callAndSee(work, action, before);
  },
  resume: (work, dispatched) => resolve(work, action, dispatched),
});

const callAndSee = async (work: Work, action: Action, before: StateBefore): Promise<Attempted> => {
  const { step, clock, signal } = work;
  const options = step.options ?? {};
  const engine = work.engine();
  const watch = { engine, action, before, options, waitFor: step.waitFor, signal };
  const startedAt = clock.monotonic();
  const leftMs = (ofMs: number) => Math.max(0, ofMs - (clock.monotonic() - startedAt));
  const call = action.call(engine, before, options);
  work.hold(call);
  try {
    if (!(await answeredWithin(work, call))) {
      return ended('timed_out', `the engine had not finished after ${step.timeoutMs} ms; it may still do it`);
    }
  } catch (error) {
    if (!(error instanceof EngineError) || !error.mayHaveHappened) throw error;
    // The answer was lost, the action perhaps not: only the state can tell, and it may still be coming.
    const seen = await observe({ ...watch, patienceMs: leftMs(action.patienceMs(before, options)) }, clock);
    return fromSeen(seen, 'timed_out', `${error.message}; `);
  }
  const isPatient = step.waitFor === 'healthy' || step.timeoutMs !== undefined;
  const patienceMs = step.timeoutMs ?? (step.waitFor === 'healthy' ? healthyMs : settleMs);
  const seen = await observe({ ...watch, patienceMs: leftMs(patienceMs) }, clock);
  return fromSeen(seen, isPatient ? 'timed_out' : 'failed', '');
};

const answeredWithin = async ({ step, clock }: Work, call: Promise<void>): Promise<boolean> => {
  if (step.timeoutMs !== undefined) return settlesWithin(clock, call, step.timeoutMs);
  await call;
  return true;
};

/** Asks the engine what became of an attempt that was dispatched before a crash. */
const resolve = async (work: Work, action: Action, { note, dispatchedAt }: Dispatched): Promise<Attempted | null> => {
  const { before } = note;
  if (!before) return null;
  const options = work.step.options ?? {};
  const elapsedMs = Math.max(0, work.clock.now() - dispatchedAt);
  const patienceMs = Math.max(settleMs, action.patienceMs(before, options) - elapsedMs);
  const watch = { action, before, options, waitFor: work.step.waitFor, patienceMs, signal: work.signal };
  const seen = await observe({ ...watch, engine: work.engine() }, work.clock);
  if (seen.kind === 'done') return ended('succeeded', `${seen.message} (seen after a restart of Chrontainer)`);
  if (seen.kind === 'failed') return ended('failed', seen.message);
  if (seen.kind === 'waiting') return null;
  return ended('interrupted', `Chrontainer was interrupted, and the engine cannot tell: ${seen.message}`);
};

/**
 * The container of exactly that name: the engine would also take an ID, or the beginning of one.
 * @throws EngineError
 */
export const inspectExactly = async (engine: Engine, name: string | null): Promise<InspectedContainer> => {
  const found = await engine.inspectContainer(name ?? '');
  if (found.name === name) return found;
  throw new EngineError({ kind: 'not_found', message: `there is no container named "${name}"` });
};

/** The part of a container's state that the journal keeps. */
export const stateOf = (container: InspectedContainer): StateBefore => {
  const { id, state, running, paused, startedAtText, stopTimeoutMs } = container;
  return { id, state, running, paused, startedAtText, stopTimeoutMs };
};

const fromSeen = (seen: Seen, otherwise: 'timed_out' | 'failed', prefix: string): Attempted => {
  if (seen.kind === 'done') return ended('succeeded', seen.message);
  if (seen.kind === 'failed') return ended('failed', seen.message);
  return ended(otherwise, `${prefix}${seen.message}`);
};
