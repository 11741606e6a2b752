import type {
  Activity,
  Actor,
  Container,
  Host,
  Permission,
  Run,
  Selector,
  Step,
  Trigger,
} from '../../contract/index.ts';
import { ChrontainerError, notFound } from '../errors/index.ts';
import type { Place, Rights } from './rights.ts';

/** Who asks: a caller of the edge is one. */
export interface Onlooker {
  rights: Rights;
  actor: Actor;
}

/** What a schedule has to do with. */
export interface Touching {
  steps: readonly Pick<Step, 'action' | 'targets' | 'hostId'>[];
  trigger?: Trigger;
}

/** What is needed of the hosts. */
interface Fleet {
  /** The containers of a host, as its picture has them; none for a host that is not there. */
  containersOf(hostId: number): readonly Container[];
  byName(hostId: number, name: string): Container | undefined;
}

/** A schedule by its ID; undefined where there is none, or none any more. */
type ScheduleFinder = (id: number) => Touching | undefined;

/**
 * What a caller sees of things that are made of several places: a host with its containers, a run with its targets,
 * a schedule with its selectors, a line of the log. Who is not limited sees all of it.
 */
export class Sight {
  readonly #fleet: Fleet;
  readonly #schedule: ScheduleFinder;

  constructor(fleet: Fleet, schedule: ScheduleFinder = () => undefined) {
    this.#fleet = fleet;
    this.#schedule = schedule;
  }

  /** Where the container of that name is; one that is gone belongs to its host alone. */
  readonly placeOf = (hostId: number, name: string): Place => this.#fleet.byName(hostId, name) ?? { hostId };

  /** A host is seen by whoever sees it as a whole, or one of its containers. */
  seesHost(rights: Rights, hostId: number): boolean {
    if (rights.can('view', { hostId })) return true;
    return rights.can('view') && this.#fleet.containersOf(hostId).some((one) => rights.can('view', one));
  }

  /** The host as the caller may know it; null where he may not. Of a host that is not his he learns no address. */
  host(rights: Rights, host: Host): Host | null {
    if (rights.can('view', { hostId: host.id })) return host;
    const seen = this.#fleet.containersOf(host.id).filter((one) => rights.can('view', one));
    if (seen.length === 0) return null;
    const running = seen.filter(({ state }) => state === 'running').length;
    // Which of the others it hangs on is not for this caller.
    const hang = host.hang && { ...host.hang, reason: 'The engine answers, but does not finish what it is told.' };
    return { ...host, url: '', hazard: null, hang, containers: { total: seen.length, running } };
  }

  /** Whether the right is had for all that the steps and the trigger have to do with. */
  covers(rights: Rights, permission: Permission, { steps, trigger }: Touching): boolean {
    if (rights.canEverywhere(permission)) return true;
    const source = trigger?.kind === 'event' ? trigger.source : [];
    return (
      rights.can(permission) &&
      steps.every((step) => this.coversStep(rights, permission, step)) &&
      source.every((selector) => rights.covers('view', selector, this.placeOf))
    );
  }

  coversStep(rights: Rights, permission: Permission, step: Touching['steps'][number]): boolean {
    const places: Selector[] = step.hostId === undefined ? [] : [{ hostId: step.hostId, all: true }];
    return (
      rights.can(permission) &&
      [...places, ...step.targets].every((selector) => rights.covers(permission, selector, this.placeOf))
    );
  }

  /**
   * For what is asked in a body: containers that the caller may not see do not exist for him.
   * @throws CHR_NOT_FOUND, CHR_FORBIDDEN
   */
  demand(rights: Rights, permission: Permission, touching: Touching): void {
    if (this.covers(rights, permission, touching)) return;
    for (const target of touching.steps.flatMap(({ targets }) => targets)) {
      if (!('container' in target) || rights.can('view', this.placeOf(target.hostId, target.container))) continue;
      if (!this.seesHost(rights, target.hostId)) throw notFound(`There is no host ${target.hostId}.`);
      throw notFound(`There is no container ${target.container} on the host ${target.hostId}.`);
    }
    throw beyond(permission);
  }

  /** A schedule is seen by whoever sees all that it can touch: its selectors name it. */
  seesSchedule(rights: Rights, touching: Touching): boolean {
    return this.covers(rights, 'view', touching);
  }

  /** The run with the targets that the caller sees; null where he sees nothing of it. */
  run(onlooker: Onlooker, run: Run): Run | null {
    const { rights } = onlooker;
    if (rights.canEverywhere('view')) return run;
    if (!rights.can('view')) return null;
    const isSeen = (target: Target) => target.hostId === null || rights.can('view', this.#placeOfTarget(target));
    const all = run.steps.flatMap(({ targets }) => targets);
    const hasPlaces = all.some(({ hostId }) => hostId !== null);
    if (!hasPlaces) return this.#isOwn(onlooker, run) || this.#seesScheduleOf(rights, run) ? run : null;
    if (all.every(isSeen)) return run;
    if (!all.some((target) => target.hostId !== null && isSeen(target))) return null;
    const steps = run.steps.map((step) => ({ ...step, targets: step.targets.filter(isSeen) }));
    // Its sentences may name what is left out.
    return { ...run, message: null, cause: null, steps };
  }

  /** @throws CHR_NOT_FOUND for a run that the caller does not see, CHR_FORBIDDEN where he lacks the right to a part of it */
  demandRun(onlooker: Onlooker, permission: Permission, run: Run): Run {
    const seen = this.run(onlooker, run);
    if (!seen) throw notFound(`There is no run ${run.id}.`);
    if (permission === 'view' || onlooker.rights.canEverywhere(permission)) return seen;
    const all = run.steps.flatMap(({ targets }) => targets).filter(({ hostId }) => hostId !== null);
    if (all.every((target) => onlooker.rights.can(permission, this.#placeOfTarget(target)))) return seen;
    throw beyond(permission);
  }

  /** Of the log one sees what oneself did, and what happened on hosts that are one's own as a whole. */
  /** The line as it may be seen: what was configured is for those who may configure; null: not at all. */
  activity(who: Onlooker, line: Activity): Activity | null {
    if (!this.#seesActivity(who, line)) return null;
    return line.changes === null || who.rights.canEverywhere('settings') ? line : { ...line, changes: null };
  }

  #seesActivity({ rights, actor }: Onlooker, line: Activity): boolean {
    if (rights.canEverywhere('view')) return true;
    if (line.actor.kind === actor.kind && line.actor.id !== null && line.actor.id === actor.id) return true;
    return line.hostId !== null && rights.can('view', { hostId: line.hostId });
  }

  #placeOfTarget({ hostId, container }: Target): Place {
    if (hostId === null) throw new Error('a target without a host has no place');
    return container === null ? { hostId } : this.placeOf(hostId, container);
  }

  #isOwn({ actor }: Onlooker, run: Run): boolean {
    return actor.id !== null && run.actor.kind === actor.kind && run.actor.id === actor.id;
  }

  #seesScheduleOf(rights: Rights, { scheduleId }: Run): boolean {
    const schedule = scheduleId === null ? undefined : this.#schedule(scheduleId);
    return schedule !== undefined && this.seesSchedule(rights, schedule);
  }
}

interface Target {
  hostId: number | null;
  container: string | null;
}

/** Somebody who is limited to some places asked for more. */
export const beyond = (permission: Permission): ChrontainerError =>
  new ChrontainerError(
    'CHR_FORBIDDEN',
    `This goes beyond the hosts, stacks and tags for which you have the right "${permission}": name what you may use.`,
  );
