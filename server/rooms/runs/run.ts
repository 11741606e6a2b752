import type {
  Actor,
  FinalOutcome,
  Origin,
  Outcome,
  Policies,
  Run,
  RunStep,
  RunTarget,
  Step,
} from '../../../contract/index.ts';
import type { ImageChange, Note } from '../actions/index.ts';

/** What a run does, as it stood when the run was made: a later edit of the schedule does not reach it. */
export interface Plan {
  steps: Step[];
  onNoMatch: Policies['onNoMatch'];
  /** What must be so of a container before it is acted on. */
  conditions?: Policies['conditions'];
  /** What becomes of targets on a host whose windows are closed; left out: windows do not count, as for calls by hand. */
  outsideWindow?: Policies['outsideWindow'];
  /** True where the schedule's runs follow each other: this one begins when the one before is over. */
  isQueued: boolean;
  /** How long the run may take in all, milliseconds; null: as long as its steps. */
  timeoutMs: number | null;
  /** Whether everything that the run touched is put back, in the end, to the state it had before. */
  restore?: boolean;
  /** Retries never pass the next slot (epoch milliseconds); null: there is none. */
  retryUntil: number | null;
}

/** The record of what became of a slot, or of a call by hand. Instants are epoch milliseconds. */
export interface RunRecord {
  id: string;
  scheduleId: number | null;
  scheduleName: string | null;
  revision: number | null;
  origin: Origin;
  actor: Actor;
  scheduledFor: number | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  outcome: Outcome;
  reason: string | null;
  message: string | null;
  coalescedInto: string | null;
  /** The run after which this one came, or what happened to which container. */
  cause: string | null;
  /** The slot and its jitter; null: at once. */
  notBeforeAt: number | null;
  startDeadlineAt: number | null;
  /** How the steps ended, while what they touched is put back. */
  ending?: Ending | null;
  plan: Plan;
}

/** A run that is not over, as far as others have to wait for it. */
export type ActiveRun = Pick<RunRecord, 'id' | 'outcome' | 'notBeforeAt'>;

/** Until when a run waits before it begins; null where it has begun, or its time has come. */
export const waitsUntil = ({ outcome, notBeforeAt }: ActiveRun, nowMs: number): string | null =>
  outcome === 'pending' && notBeforeAt !== null && notBeforeAt > nowMs ? instantOf(notBeforeAt) : null;

/** What became of one target of a step. */
export interface TargetRecord {
  step: number;
  position: number;
  /** Null where the step acts on no host, or on no container. */
  hostId: number | null;
  container: string | null;
  outcome: Outcome;
  message: string | null;
  /** The code of the reason for a target that was left alone. */
  reason: string | null;
  /** The name of the target of the same step and host that it depends on, and waits for. */
  after: string | null;
  attempts: number;
  /** Of a command or a container that has ended. */
  exitCode: number | null;
  startedAt: number | null;
  finishedAt: number | null;
}

/** A target of which nothing is known yet. */
export const newTarget = (
  step: number,
  position: number,
  { hostId, container, after }: Pick<TargetRecord, 'hostId' | 'container'> & { after?: string },
): TargetRecord => ({
  step,
  position,
  hostId,
  container,
  outcome: 'pending',
  message: null,
  reason: null,
  after: after ?? null,
  attempts: 0,
  exitCode: null,
  startedAt: null,
  finishedAt: null,
});

/** A line of the journal: written before the engine is called, closed when the outcome was seen. */
export interface AttemptRecord {
  step: number;
  position: number;
  attempt: number;
  action: string;
  note: Note;
  dispatchedAt: number;
}

/** A run with its targets, as far as they are resolved. */
export interface RunWithTargets {
  record: RunRecord;
  targets: TargetRecord[];
}

/** How a step, a target or a run ended. */
export interface Ending {
  outcome: FinalOutcome;
  reason?: string | null;
  message: string | null;
  exitCode?: number;
  /** Of an update that brought another image, or tried to. */
  change?: ImageChange;
  /** The engine is still at the call of the step. */
  isUnderWay?: true;
}

export const isFinal = (outcome: Outcome): outcome is FinalOutcome => outcome !== 'pending' && outcome !== 'running';

/** The worst of several endings: what the whole is called. Skipped counts only when nothing else happened. */
export const worst = (outcomes: readonly Outcome[]): Outcome => {
  const order: Outcome[] = [
    'running',
    'pending',
    'interrupted',
    'timed_out',
    'failed',
    'cancelled',
    'missed',
    'succeeded',
    'coalesced',
    'skipped',
  ];
  return order.find((o) => outcomes.includes(o)) ?? 'pending';
};

const instantOf = (ms: number): string => new Date(ms).toISOString();
const instantOrNull = (ms: number | null): string | null => (ms === null ? null : instantOf(ms));

/** The run as the API shows it. */
export const presentRun = ({ record, targets }: RunWithTargets): Run => ({
  id: record.id,
  scheduleId: record.scheduleId,
  scheduleName: record.scheduleName,
  revision: record.revision,
  origin: record.origin,
  actor: record.actor,
  scheduledFor: instantOrNull(record.scheduledFor),
  createdAt: instantOf(record.createdAt),
  waitsUntil: record.outcome === 'pending' ? instantOrNull(record.notBeforeAt) : null,
  startedAt: instantOrNull(record.startedAt),
  finishedAt: instantOrNull(record.finishedAt),
  outcome: record.outcome,
  reason: record.reason,
  message: record.message,
  cause: record.cause,
  coalescedInto: record.coalescedInto,
  steps: [
    ...record.plan.steps.map(({ action }, i) => presentStep(record, action, i, targets)),
    ...(record.ending ? [presentStep(record, 'restore', record.plan.steps.length, targets)] : []),
  ],
});

const presentStep = (record: RunRecord, action: RunStep['action'], index: number, all: TargetRecord[]): RunStep => {
  const targets = all.filter((t) => t.step === index).sort((a, b) => a.position - b.position);
  const outcome = targets.length > 0 ? worst(targets.map((t) => t.outcome)) : withoutTargets(record, index, all);
  return { action, outcome, targets: targets.map(presentTarget) };
};

/** A step without targets found none, or was never begun. */
const withoutTargets = (record: RunRecord, index: number, all: TargetRecord[]): Outcome => {
  if (!isFinal(record.outcome)) return 'pending';
  const lastTouched = Math.max(-1, ...all.map((t) => t.step).filter((step) => step < record.plan.steps.length));
  if (index < lastTouched) return 'failed';
  const foundNone = record.reason === 'no_target' && index === lastTouched + 1;
  return foundNone || record.startedAt === null ? record.outcome : notBegun(record.outcome);
};

/** What becomes of what a run did not come to: what failed or took too long was something earlier. */
export const notBegun = (outcome: FinalOutcome): Outcome =>
  outcome === 'cancelled' || outcome === 'interrupted' ? outcome : 'skipped';

const presentTarget = (t: TargetRecord): RunTarget => ({
  hostId: t.hostId,
  container: t.container,
  outcome: t.outcome,
  attempts: t.attempts,
  message: t.message,
  reason: t.reason,
  after: t.after,
  exitCode: t.exitCode,
  startedAt: instantOrNull(t.startedAt),
  finishedAt: instantOrNull(t.finishedAt),
});
