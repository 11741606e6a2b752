import type { Container, Trigger, TriggerEvent } from '../../../contract/index.ts';
import type { Bus, ContainerEvent } from '../../bus/index.ts';
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

/** SIGHUP, SIGUSR1, SIGUSR2 and SIGWINCH tell a program something, but not to end. */
const passingSignals: readonly string[] = ['1', '10', '12', '28'];

/** A container that goes on for so long after a signal has survived it; stop timeouts are shorter. */
const obeyMs = 10 * 60_000;

/** Begins the runs of schedules that wait for something to happen to a container. */
export class Watcher {
  #parts: Parts;
  /** When the last run of each schedule was begun by an event: for the spacing. */
  #lastRunAt = new Map<number, number>();
  /** When containers were told to end, by the engine's `kill` event: an end soon after is meant, not suffered. */
  #toldToEndAt = new Map<string, number>();
  readonly stop: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.stop = parts.bus.on('container.event', (event) => {
      this.#see(event).catch((error: unknown) => parts.log.error({ error }, 'an event could not begin a run'));
    });
  }

  async #see(event: ContainerEvent): Promise<void> {
    const happened = this.#meaning(event);
    if (!happened) return;
    const { roster, runs, clock } = this.#parts;
    const nowMs = clock.now();
    for (const schedule of roster.waiting()) {
      if (!this.#isMeant(schedule, happened, event, nowMs)) continue;
      this.#lastRunAt.set(schedule.id, nowMs);
      const cause = `${event.name} ${words(happened, event)}`;
      const succession = { roster, nowMs, activeOf: (id: number) => runs.activeOf(id) };
      await runs.record(unslotted(schedule, 'event', cause, succession));
    }
  }

  /** What an event means to people; null where nothing that a schedule can wait for. */
  #meaning(event: ContainerEvent): TriggerEvent | null {
    const toldAt = this.#toldToEndAt.get(event.containerId) ?? Number.NEGATIVE_INFINITY;
    const wasTold = this.#parts.clock.monotonic() - toldAt < obeyMs;
    this.#noteSignals(event);
    switch (event.action) {
      case 'health_status':
        return event.health === 'starting' ? null : event.health;
      case 'die':
        return wasTold ? null : 'died';
      case 'oom':
        return 'oom';
      case 'start':
        return 'started';
      default:
        return null;
    }
  }

  #noteSignals({ action, containerId, attributes }: ContainerEvent): void {
    if (action === 'kill' && !passingSignals.includes(attributes['signal'] ?? '')) {
      this.#toldToEndAt.set(containerId, this.#parts.clock.monotonic());
    }
    if (['die', 'start', 'destroy'].includes(action)) this.#toldToEndAt.delete(containerId);
  }

  #isMeant({ id, enabled, trigger }: ScheduleRecord, happened: TriggerEvent, event: ContainerEvent, nowMs: number) {
    if (!enabled || trigger.kind !== 'event' || trigger.event !== happened) return false;
    if (happened === 'died' && !hasMeantExitCode(trigger, event.exitCode)) return false;
    if (nowMs - (this.#lastRunAt.get(id) ?? Number.NEGATIVE_INFINITY) < trigger.minSpacingMs) return false;
    const { hostId, name } = event;
    const container = this.#parts.byName(hostId, name);
    const sources = resolveTargets(trigger.source, container ? [container] : []);
    return sources.some((source) => source.hostId === hostId && source.container === name);
  }
}

const hasMeantExitCode = ({ exitCodes }: EventTrigger, exitCode: number | null): boolean =>
  exitCodes === undefined ? exitCode !== 0 : exitCode !== null && exitCodes.includes(exitCode);

const words = (happened: TriggerEvent, { exitCode }: ContainerEvent): string => {
  if (happened === 'died') return `died with exit code ${exitCode ?? 'unknown'}`;
  if (happened === 'oom') return 'ran out of memory';
  return happened === 'started' ? 'started' : `became ${happened}`;
};
