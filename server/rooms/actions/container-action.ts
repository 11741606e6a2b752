import type { Container, Step } from '../../../contract/index.ts';
import { handActions } from '../../../contract/index.ts';
import { settlesWithin } from '../../clock/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Action, StateBefore } from './action.ts';
import type { Attempted, Dispatched, StepKind, Work } from './kind.ts';
import { ended, outlived } from './kind.ts';
import { keepLastLines } from './last-lines.ts';
import { longestMs } from './limited.ts';
import type { Seen } from './observation.ts';
import { observe } from './observation.ts';
import { outlast } from './outlast.ts';

/** How long the state may take to show after the engine said that it is done. */
const settleMs = 5_000;
/** How long a container may take to become healthy when the step names no time of its own. */
const healthyMs = 120_000;

/** The kind of step that does one action to a container and looks until it has seen its effect. */
export const containerAction = (action: Action): StepKind => ({
  name: action.name,
  scope: 'container',
  options: action.options,
  required: action.required ?? [],
  ...(action.right && { right: action.right }),
  ...(isByHand(action) ? { isByHand: true } : { canWaitFor: isStarting(action) ? 'all' : 'state' }),
  foresee: (container) => action.precheck(stateOf(container), {}),
  attempt: async (work) => {
    const attempted = (await attemptUnseen(work, action)) ?? (await attemptSeen(work, action, work.dispatch));
    return delayed(work, attempted);
  },
  resume: async (work, dispatched) => {
    const known = await resolve(work, action, dispatched);
    return known && delayed(work, known);
  },
  outlast: (looking, note) => outlast(looking, action, note),
});

/** Looks first. `journal` takes the state before to the disk. */
const attemptSeen = async (work: Work, action: Action, journal: Work['dispatch']): Promise<Attempted> => {
  const before = await inspectExactly(work.engine(), work.container);
  const pre = action.precheck(before, work.step.options ?? {});
  if (pre) return ended(pre.kind === 'done' ? 'succeeded' : 'failed', pre.message);
  await journal({ before: stateOf(before) });
  const attempted = await callAndSee(work, action, before);
  if (isStarting(action) && attempted.outcome !== 'succeeded') await keepLastLines(work, before.id);
  return attempted;
};

/**
 * Where the engine's answer says it all, the picture says whom to ask: a look would double what the engine has to do.
 * Null where the picture cannot say; and where it was wrong, a look finds out who has the name now.
 */
const attemptUnseen = async (work: Work, action: Action): Promise<Attempted | null> => {
  const before =
    isDoneThen(work.step) && action.answered?.(work.step.options ?? {}) ? runningOf(work.pictured()) : null;
  if (!before) return null;
  await work.dispatch({ before });
  try {
    return await callAndSee(work, action, before);
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'not_found') throw error;
    return attemptSeen(work, action, work.amend);
  }
};

/** The state of a container that runs for certain; what the picture does not know only those need who look again. */
const runningOf = (row: Container | undefined): StateBefore | null =>
  row?.state === 'running' && !row.stale
    ? { id: row.id, state: row.state, running: true, paused: false, startedAtText: '', stopTimeoutMs: null }
    : null;

const isByHand = ({ name }: Action): boolean => handActions.some((one) => one === name);

const isStarting = ({ name }: Action): boolean => name === 'start' || name === 'restart';

const callAndSee = async (work: Work, action: Action, before: StateBefore): Promise<Attempted> => {
  const { step, clock, signal } = work;
  const options = step.options ?? {};
  const engine = work.engine();
  const watch = { engine, action, before, options, waitFor: step.waitFor, signal, isUncertain: false };
  const waitMs = waitTimeMs(step);
  const startedAt = clock.monotonic();
  const leftMs = (ofMs: number) => Math.max(0, ofMs - (clock.monotonic() - startedAt));
  const call = action.call(engine, before, options);
  work.hold(call);
  try {
    if (!(await answeredWithin(work, call))) return outlived(step);
  } catch (error) {
    if (!(error instanceof EngineError) || !error.mayHaveHappened) throw error;
    // The answer was lost, the action perhaps not: only the state can tell, and it may still be coming.
    const patienceMs = leftMs(action.patienceMs(before, options));
    const waitLeftMs = Math.max(patienceMs, leftMs(waitMs));
    const seen = await observe({ ...watch, patienceMs, waitMs: waitLeftMs, isUncertain: true }, clock);
    return fromSeen(seen, 'timed_out', `${error.message}; `);
  }
  const told = isDoneThen(step) ? action.answered?.(options) : null;
  if (told) return fromSeen(told, 'failed', '');
  const patienceMs = leftMs(step.timeoutMs ?? settleMs);
  const seen = await observe({ ...watch, patienceMs, waitMs: Math.max(patienceMs, leftMs(waitMs)) }, clock);
  return fromSeen(seen, step.timeoutMs === undefined ? 'failed' : 'timed_out', '');
};

/** Whether the step waits for nothing beyond its action. */
const isDoneThen = ({ waitFor }: Step): boolean => waitFor !== 'healthy' && waitFor !== 'exited';

/** How long what the step waits for may take to come. */
const waitTimeMs = ({ timeoutMs, waitFor }: Step): number => {
  if (timeoutMs !== undefined) return timeoutMs;
  return waitFor === 'exited' ? longestMs : healthyMs;
};

/** After a restart of the program the delay begins anew: it is a least time. */
const delayed = async ({ step, clock, signal }: Work, attempted: Attempted): Promise<Attempted> => {
  if (attempted.outcome !== 'succeeded' || typeof step.waitFor !== 'object') return attempted;
  await clock.sleep(step.waitFor.delayMs, signal);
  return { ...attempted, message: `${attempted.message}; then waited ${step.waitFor.delayMs / 1000} s` };
};

const answeredWithin = async ({ step, clock }: Work, call: Promise<void>): Promise<boolean> => {
  if (step.timeoutMs !== undefined) return settlesWithin(clock, call, step.timeoutMs);
  await call;
  return true;
};

/** Asks the engine what became of an attempt that was dispatched before a crash. */
const resolve = async (work: Work, action: Action, { note }: Dispatched): Promise<Attempted | null> => {
  const { before } = note;
  if (!before) return null;
  const options = work.step.options ?? {};
  // The whole of it, from now: how long ago it was dispatched only the wall clock could tell, which may have been set.
  const patienceMs = Math.max(settleMs, action.patienceMs(before, options));
  const waitMs = Math.max(settleMs, waitTimeMs(work.step));
  const watch = { action, before, options, waitFor: work.step.waitFor, patienceMs, waitMs, signal: work.signal };
  const seen = await observe({ ...watch, engine: work.engine(), isUncertain: true }, work.clock);
  if (seen.kind === 'done') return ended('succeeded', `${seen.message} (seen after a restart of Chrontainer)`);
  if (seen.kind === 'failed') return ended('failed', seen.message);
  if (seen.kind === 'waiting') return null;
  if (seen.kind === 'incomplete') return ended('timed_out', seen.message);
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
  if (seen.kind === 'incomplete') return ended('timed_out', `${prefix}${seen.message}`);
  return ended(otherwise, `${prefix}${seen.message}`);
};
