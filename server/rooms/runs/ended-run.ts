import type { Origin, Outcome, Selector, Step } from '../../../contract/index.ts';
import { expectationOf } from './expectation.ts';
import type { RunRecord, TargetRecord } from './run.ts';

/** What became of one target of a run that is over. */
export interface EndedTarget
  extends Pick<TargetRecord, 'hostId' | 'container' | 'outcome' | 'message' | 'exitCode' | 'attempts'> {
  action: Step['action'] | 'restore';
  /** What would have been a success, in words. */
  expected: string | null;
}

/** A run that is over, as far as others need to know of it. Instants are epoch milliseconds. */
export interface EndedRun {
  id: string;
  scheduleId: number | null;
  /** Its schedule, or what was done by hand. */
  name: string;
  origin: Origin;
  outcome: Outcome;
  message: string | null;
  scheduledFor: number | null;
  startedAt: number | null;
  endedAt: number;
  /** Null where it never began. */
  durationMs: number | null;
  /** The hosts that it touched, or was to touch. */
  hosts: number[];
  targets: EndedTarget[];
  /** What its steps name, also where it never came to anything. */
  selectors: Selector[];
}

export const endedRun = (run: RunRecord, targets: readonly TargetRecord[]): EndedRun => ({
  id: run.id,
  scheduleId: run.scheduleId,
  name: run.scheduleName ?? run.plan.steps.map(({ action }) => action).join(', '),
  origin: run.origin,
  outcome: run.outcome,
  message: run.message,
  scheduledFor: run.scheduledFor,
  startedAt: run.startedAt,
  endedAt: run.finishedAt ?? run.createdAt,
  durationMs: run.startedAt === null || run.finishedAt === null ? null : run.finishedAt - run.startedAt,
  hosts: [...new Set([...targets.flatMap(({ hostId }) => hostId ?? []), ...run.plan.steps.flatMap(hostsOf)])],
  selectors: run.plan.steps.flatMap((step) => step.targets),
  targets: targets.map(({ step: index, hostId, container, outcome, message, exitCode, attempts }) => {
    const step = run.plan.steps[index];
    const expected = step ? expectationOf(step) : 'back in the state before the run';
    return { action: step?.action ?? 'restore', expected, hostId, container, outcome, message, exitCode, attempts };
  }),
});

const hostsOf = ({ hostId, targets }: Step): number[] => [
  ...(hostId === undefined ? [] : [hostId]),
  ...targets.flatMap((target) => ('hostId' in target && target.hostId !== undefined ? [target.hostId] : [])),
];
