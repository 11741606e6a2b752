import type { EventFacts, TargetFacts } from '../../../contract/index.ts';
import type { EndedRun, EndedTarget } from '../runs/index.ts';
import { cut } from './channels/channel.ts';
import { plain } from './channels/escaping.ts';

/** What is known beside the run itself. */
export interface RunContext {
  hostName(hostId: number): string;
  /** An instant as people read it, in the instance's zone. */
  localTime(ms: number): string;
  /** When the schedule runs next, in the instance's zone; null when it does not. */
  nextRun: string | null;
  /** The last lines that its commands wrote. */
  lastLines: string[];
}

/** What an event has no such thing of. */
export const noFacts: EventFacts = {
  schedule: null,
  run: null,
  targets: [],
  container: null,
  host: null,
  stack: null,
  image: null,
  expected: null,
  reason: null,
  exitCode: null,
  attempts: null,
  lines: [],
  nextRun: null,
  fromDigest: null,
  toDigest: null,
};

/** A database row and a message hold so much: a run may have touched thousands. */
const mostTargets = 50;
const longestLine = 500;

/** What a message about a run is made from. */
export const factsOf = (run: EndedRun, { hostName, nextRun, lastLines }: RunContext): EventFacts => {
  const isBad = ({ outcome }: EndedTarget) => outcome !== 'succeeded';
  const targets = [...run.targets.filter(isBad), ...run.targets.filter((target) => !isBad(target))]
    .slice(0, mostTargets)
    .map((target) => targetFacts(target, hostName));
  const [telling] = targets;
  return {
    ...noFacts,
    schedule: run.scheduleId === null ? null : { id: run.scheduleId, name: run.name },
    run: runFacts(run),
    targets,
    ...(telling && aboutTarget(telling)),
    reason: telling?.reason ?? run.message,
    lines: lastLines.map((line) => cut(plain(line), longestLine)),
    nextRun,
  };
};

const runFacts = (run: EndedRun): EventFacts['run'] => ({
  id: run.id,
  name: run.name,
  outcome: run.outcome,
  origin: run.origin,
  message: run.message,
  scheduledFor: instantOrNull(run.scheduledFor),
  startedAt: instantOrNull(run.startedAt),
  finishedAt: new Date(run.endedAt).toISOString(),
  durationMs: run.startedAt === null ? null : run.endedAt - run.startedAt,
});

const targetFacts = (
  { action, container, hostId, outcome, expected, message, exitCode, attempts }: EndedTarget,
  hostName: RunContext['hostName'],
): TargetFacts => ({
  action,
  container,
  host: hostId === null ? null : hostName(hostId),
  outcome,
  expected,
  reason: message,
  exitCode,
  attempts,
});

const aboutTarget = ({ container, host, expected, exitCode, attempts }: TargetFacts): Partial<EventFacts> => ({
  container,
  host,
  expected,
  exitCode,
  attempts,
});

const instantOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
