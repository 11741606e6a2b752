import type { Container, Trigger } from '../../../contract/index.ts';
import type { Bus, ContainerHappened } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Runs } from '../runs/index.ts';
import { resolveTargets } from '../runs/index.ts';
import { unslotted } from './chains.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';

type EventTrigger = Extract<Trigger, { kind: 'event' }>;

interface Parts {
  roster: Roster;
  runs: Runs;
  bus: Bus;
  clock: Clock;
  log: Logger;
  byName(hostId: number, name: string): Container | undefined;
}

/** Begins the runs of schedules that wait for something to happen to a container. */
export class Watcher {
  #parts: Parts;
  /** When the last run of each schedule was begun by an event: for the spacing. */
  #lastRunAt = new Map<number, number>();
  readonly stop: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.stop = parts.bus.on('container.happened', (event) => {
      this.#see(event).catch((error: unknown) => parts.log.error({ error }, 'an event could not begin a run'));
    });
  }

  async #see(event: ContainerHappened): Promise<void> {
    const { roster, runs, clock } = this.#parts;
    const nowMs = clock.now();
    for (const schedule of roster.waiting()) {
      if (!this.#isMeant(schedule, event, nowMs)) continue;
      this.#lastRunAt.set(schedule.id, nowMs);
      const cause = `${event.name} ${words(event)}`;
      const succession = { roster, nowMs, activeOf: (id: number) => runs.activeOf(id) };
      await runs.record(unslotted(schedule, 'event', cause, succession));
    }
  }

  #isMeant({ id, enabled, trigger }: ScheduleRecord, event: ContainerHappened, nowMs: number) {
    const { hostId, name, happened } = event;
    if (!enabled || trigger.kind !== 'event' || trigger.event !== happened) return false;
    if (happened === 'died' && !hasMeantExitCode(trigger, event.exitCode)) return false;
    if (nowMs - (this.#lastRunAt.get(id) ?? Number.NEGATIVE_INFINITY) < trigger.minSpacingMs) return false;
    const container = this.#parts.byName(hostId, name);
    const sources = resolveTargets(trigger.source, container ? [container] : []);
    return sources.some((source) => source.hostId === hostId && source.container === name);
  }
}

const hasMeantExitCode = ({ exitCodes }: EventTrigger, exitCode: number | null): boolean =>
  exitCodes === undefined ? exitCode !== 0 : exitCode !== null && exitCodes.includes(exitCode);

const words = ({ happened, exitCode }: ContainerHappened): string => {
  if (happened === 'died') return `died with exit code ${exitCode ?? 'unknown'}`;
  if (happened === 'oom') return 'ran out of memory';
  if (happened === 'update_available') return 'has a newer image';
  return happened === 'started' ? 'started' : `became ${happened}`;
};
