import type { TimeWindow } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Attempted } from '../actions/index.ts';
import { ended } from '../actions/index.ts';
import { nextOpening } from '../windows/index.ts';
import { unmet } from './conditions.ts';
import type { Fleet } from './fleet.ts';
import type { Job } from './performer.ts';

/** The machine may sleep, the clock may be set and the windows changed: whoever waits looks again this often. */
const lookAgainMs = 30_000;

interface Parts {
  fleet: Fleet;
  clock: Clock;
  /** The zone of the hosts' windows. */
  timeZone(): string;
}

/** Lets a run act on a target, or not: the windows of its host, and what the schedule wants to be so of the container. */
export class Gate {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Why the target is left alone; null when it may be acted on, which with `outsideWindow: wait` can take its time.
   * @throws EngineError, ChrontainerError where the container cannot be looked at, Interruption
   */
  async closed(job: Job): Promise<Attempted | null> {
    if (job.kind.name === 'restore' || job.target.hostId === null) return null;
    return (await this.#byWindows(job, job.target.hostId)) ?? this.#byConditions(job, job.target.hostId);
  }

  async #byWindows({ run, target, signal, onChange }: Job, hostId: number): Promise<Attempted | null> {
    const { outsideWindow } = run.plan;
    if (outsideWindow === undefined) return null;
    const { fleet, clock, timeZone } = this.#parts;
    const say = (message: string | null) => {
      if (target.message === message) return;
      target.message = message;
      onChange();
    };
    for (;;) {
      const windows: readonly TimeWindow[] = fleet.windowsOf(hostId);
      const nowMs = clock.now();
      const opensAt = windows.length === 0 ? nowMs : nextOpening([{ windows, timeZone: timeZone() }], nowMs);
      if (opensAt === nowMs) {
        say(null);
        return null;
      }
      if (outsideWindow === 'skip' || opensAt === null) return outside(fleet.nameOf(hostId), opensAt);
      say(`waits until ${new Date(opensAt).toISOString()} for the windows of the host ${fleet.nameOf(hostId)}`);
      await clock.sleep(Math.min(lookAgainMs, opensAt - nowMs), signal);
    }
  }

  /** A run judges a container once, when it comes to it first: after that it may be itself who changed its state. */
  async #byConditions({ run, kind, target, earlier, signal }: Job, hostId: number): Promise<Attempted | null> {
    const { conditions = [] } = run.plan;
    if (conditions.length === 0 || kind.scope !== 'container') return null;
    if (earlier) return earlier.reason === 'condition' ? ended('skipped', earlier.message ?? '', 'condition') : null;
    const { fleet, clock } = this.#parts;
    const engine = fleet.engine(hostId);
    const container = await engine.inspectContainer(target.container ?? '');
    if (container.name !== target.container) return null;
    const fault = await unmet(conditions, { engine, container, clock, signal });
    return fault === null ? null : ended('skipped', `left alone ${fault}`, 'condition');
  }
}

const outside = (host: string, opensAt: number | null): Attempted => {
  const next = opensAt === null ? 'none opens within a week' : `the next opens at ${new Date(opensAt).toISOString()}`;
  return ended('skipped', `left alone: outside the windows of the host ${host}; ${next}`, 'window');
};
