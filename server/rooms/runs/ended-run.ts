import type { Origin, Outcome, Step } from '../../../contract/index.ts';
import type { RunRecord, TargetRecord } from './run.ts';

/** A run that is over, as far as others need to know of it. Instants are epoch milliseconds. */
export interface EndedRun {
  id: string;
  scheduleId: number | null;
  /** Its schedule, or what was done by hand. */
  name: string;
  origin: Origin;
  outcome: Outcome;
  message: string | null;
  endedAt: number;
  /** The hosts that it touched, or was to touch. */
  hosts: number[];
  targets: (Pick<TargetRecord, 'hostId' | 'container' | 'outcome' | 'message'> & {
    action: Step['action'] | 'restore';
  })[];
}

export const endedRun = (run: RunRecord, targets: readonly TargetRecord[]): EndedRun => ({
  id: run.id,
  scheduleId: run.scheduleId,
  name: run.scheduleName ?? run.plan.steps.map(({ action }) => action).join(', '),
  origin: run.origin,
  outcome: run.outcome,
  message: run.message,
  endedAt: run.finishedAt ?? run.createdAt,
  hosts: [...new Set([...targets.flatMap(({ hostId }) => hostId ?? []), ...run.plan.steps.flatMap(hostsOf)])],
  targets: targets.map(({ step, hostId, container, outcome, message }) => ({
    action: run.plan.steps[step]?.action ?? 'restore',
    hostId,
    container,
    outcome,
    message,
  })),
});

const hostsOf = ({ hostId, targets }: Step): number[] => [
  ...(hostId === undefined ? [] : [hostId]),
  ...targets.flatMap((target) => ('hostId' in target && target.hostId !== undefined ? [target.hostId] : [])),
];
