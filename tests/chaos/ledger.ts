import assert from 'node:assert/strict';
import type { Run } from '../../contract/index.ts';
import type { Diary } from './diary.ts';
import type { Place } from './matching.ts';
import type { ProgramClock } from './program-clock.ts';

/** What the ledger says of one step on one container: its time in real epoch milliseconds. */
export interface Deed extends Place {
  run: Run;
  hostId: number;
  container: string;
  action: string;
  outcome: string;
  message: string | null;
  attempts: number;
  /** Succeeded because nothing was to be done: the engine was not asked. */
  isIdle: boolean;
}

/** Instants in the ledger are whole milliseconds, and two clocks were read. */
const slackMs = 300;

/** Everything that the runs say they did, or began. */
export const deedsOf = (runs: readonly Run[], clock: ProgramClock): Deed[] =>
  runs.flatMap((run) =>
    run.steps.flatMap(({ action, targets }) =>
      targets.flatMap(({ startedAt, finishedAt, hostId, container, ...target }): Deed[] => {
        if (startedAt === null || hostId === null || container === null) return [];
        const from = Math.min(...realTimes(clock, startedAt)) - slackMs;
        const to = Math.max(...realTimes(clock, finishedAt ?? run.finishedAt ?? startedAt)) + slackMs;
        const isIdle = /already|was not paused/.test(target.message ?? '');
        return [{ ...target, hostId, container, run, action, from, to, isIdle }];
      }),
    ),
  );

const realTimes = (clock: ProgramClock, instant: string): number[] => {
  const times = clock.real(Date.parse(instant));
  assert.ok(times.length > 0, `the program's clock never showed ${instant}`);
  return times;
};

/** What is wrong with the ledger by itself: each sentence is one fault. */
export const faultsOfLedger = (runs: readonly Run[]): string[] => {
  const ids = new Set(runs.map((run) => run.id));
  return runs.flatMap((run) => {
    const open = run.steps.flatMap((step) => step.targets).filter((t) => isOpen(t.outcome));
    return [
      ...(isOpen(run.outcome) || run.finishedAt === null ? [`run ${run.id} is not over`] : []),
      ...open.map((t) => `run ${run.id} is ${run.outcome}, but not over on ${t.container} (${run.message})`),
      ...(run.reason === 'internal' ? [`run ${run.id} failed inside the program`] : []),
      ...(run.outcome === 'coalesced' && !ids.has(run.coalescedInto ?? '')
        ? [`run ${run.id} joined a run that is not there`]
        : []),
    ];
  });
};

export const isOpen = (outcome: string): boolean => outcome === 'pending' || outcome === 'running';

/** Outcomes that the faults do not account for. */
export const unfounded = (deeds: readonly Deed[], diary: Diary): string[] =>
  deeds.flatMap((deed) => {
    const atEngine = diary.within(deed.hostId, deed.from, deed.to).length > 0;
    const atProgram = diary.within(null, deed.from, deed.to).some((e) => endings.includes(e.fault));
    const hasReason: Record<string, boolean> = {
      timed_out: atEngine,
      interrupted: atProgram && atEngine,
    };
    return (hasReason[deed.outcome] ?? true) ? [] : [`${describe(deed)} without a fault that explains it`];
  });

/** The faults with which a life of the program ends. */
const endings = ['program killed', 'disk full'];

export const describe = ({ run, action, container, outcome, message, from, to }: Deed): string =>
  `${action} of ${container} ${outcome} (${message}) from ${at(from)} to ${at(to)}, run ${run.id} of ${run.scheduleName}`;

export const at = (ms: number): string => new Date(ms).toISOString().slice(11, 23);
