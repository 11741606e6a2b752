import type { ActionName, Container, Run, Timeline, TimelineQuery } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { FieldError } from '../../errors/index.ts';
import { invalidInput } from '../../errors/index.ts';
import type { Onlooker, Sight } from '../../policy/index.ts';
import type { History } from '../runs/index.ts';
import { resolveTargets, seenRun } from '../runs/index.ts';
import type { Forecast } from '../schedules/index.ts';
import type { StateLog } from './state-log.ts';

const dayMs = 86_400_000;
/** Five weeks back and five ahead: the widest zoom. */
const longestMs = 71 * dayMs;
const mostRuns = 5_000;
const mostSlots = 5_000;
const mostStates = 20_000;

type Named = Pick<TimelineQuery, 'host' | 'container'>;
interface Target {
  hostId: number;
  container: string;
}

interface Parts {
  states: StateLog;
  history: History;
  forecast: Forecast;
  sight: Sight;
  clock: Clock;
  containers: () => Container[];
}

/** Puts what ran, what will run and what the containers were on one axis. */
export class Timelines {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** As far as the onlooker may see it. @throws CHR_INVALID_INPUT for a span that is none, or too long */
  async between(query: TimelineQuery, onlooker: Onlooker): Promise<Timeline> {
    const { history, sight, clock } = this.#parts;
    const [fromMs, toMs] = [Date.parse(query.from), Date.parse(query.to)];
    const faults = faultsOfSpan(fromMs, toMs);
    if (faults.length > 0) throw invalidInput(faults);
    const nowMs = clock.now();
    const runs = await history.list({ ...query, cursor: undefined, limit: mostRuns });
    const slots = this.#slots(query, onlooker, Math.max(fromMs, nowMs), toMs);
    const states = (await this.#parts.states.between(query, fromMs, toMs)).filter(({ hostId, container }) =>
      onlooker.rights.can('view', sight.placeOf(hostId, container)),
    );
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      now: new Date(nowMs).toISOString(),
      runs: runs.items.flatMap((run) => seenRun(sight, onlooker, query, run) ?? []).map(presentRun),
      slots: slots.slice(0, mostSlots),
      states: states.slice(0, mostStates),
      isTruncated: runs.nextCursor !== null || slots.length > mostSlots || states.length > mostStates,
    };
  }

  #slots(query: Named, { rights }: Onlooker, fromMs: number, toMs: number): Timeline['slots'] {
    const { forecast, sight, containers } = this.#parts;
    const known = containers();
    const slots = forecast
      .between(fromMs, toMs, mostSlots + 1)
      .filter(({ schedule }) => sight.seesSchedule(rights, schedule));
    const found = slots.map(({ schedule, at, obstacle }) => ({
      scheduleId: schedule.id,
      name: schedule.name,
      action: schedule.steps[0]?.action ?? 'restart',
      at: new Date(at).toISOString(),
      targets: resolveTargets(schedule.steps[0]?.targets ?? [], known),
      obstacle,
    }));
    return found.filter(({ targets }) => isAsked(query) || targets.some((target) => isMeant(query, target)));
  }
}

const faultsOfSpan = (fromMs: number, toMs: number): FieldError[] => {
  if (toMs <= fromMs) return [{ path: 'to', message: 'must be later than from' }];
  return toMs - fromMs > longestMs ? [{ path: 'to', message: 'must be at most 71 days after from' }] : [];
};

const isAsked = ({ host, container }: Named): boolean => host === undefined && container === undefined;
const isMeant = ({ host, container }: Named, target: Target): boolean =>
  (host === undefined || target.hostId === host) && (container === undefined || target.container === container);

/** The first step's; what a run puts back in the end is never its first step. */
const actionOf = ({ steps: [first] }: Run): ActionName =>
  first && first.action !== 'restore' ? first.action : 'restart';

const presentRun = (run: Run): Timeline['runs'][number] => ({
  id: run.id,
  scheduleId: run.scheduleId,
  name: run.scheduleName,
  origin: run.origin,
  outcome: run.outcome,
  action: actionOf(run),
  at: run.scheduledFor ?? run.createdAt,
  startedAt: run.startedAt,
  finishedAt: run.finishedAt,
  targets: run.steps.flatMap((step) => step.targets.flatMap(targetOf)).filter(isFirst),
});

const targetOf = ({ hostId, container }: { hostId: number | null; container: string | null }): Target[] =>
  hostId === null || container === null ? [] : [{ hostId, container }];
const isFirst = (target: Target, index: number, all: Target[]): boolean =>
  all.findIndex((other) => other.hostId === target.hostId && other.container === target.container) === index;
