import type { Actor, Origin, Step } from '../../../contract/index.ts';
import type { Plan, RunRecord } from './run.ts';
import { newRunId } from './run-id.ts';

/** What a call by hand wants done. */
export interface Request {
  origin: Origin;
  actor: Actor;
  steps: Step[];
  /** What differs from a plain call. */
  plan?: Partial<Omit<Plan, 'steps'>>;
  schedule?: { id: number; name: string; revision: number };
}

/** A call by hand that could not begin within this time (the program was down) is not carried out any more. */
const handDeadlineMs = 10 * 60_000;

/** The record of a run that somebody asked for, as it begins. */
export const requestedRun = (request: Request, now: number): RunRecord => ({
  id: newRunId(),
  scheduleId: request.schedule?.id ?? null,
  scheduleName: request.schedule?.name ?? null,
  revision: request.schedule?.revision ?? null,
  origin: request.origin,
  actor: request.actor,
  scheduledFor: null,
  createdAt: now,
  startedAt: null,
  finishedAt: null,
  outcome: 'pending',
  reason: null,
  message: null,
  coalescedInto: null,
  cause: null,
  notBeforeAt: null,
  startDeadlineAt: now + handDeadlineMs,
  plan: {
    onNoMatch: 'fail',
    isQueued: false,
    timeoutMs: null,
    restore: false,
    retryUntil: null,
    ...request.plan,
    steps: request.steps,
  },
});
