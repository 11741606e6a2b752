import type { ContainerState, RehearsedStep, RehearsedTarget, Step } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { StepKind } from '../actions/index.ts';
import { findKind, isSureKill, restOf } from '../actions/index.ts';
import { nextOpening } from '../windows/index.ts';
import { faultNow } from './conditions.ts';
import type { OrderedTarget } from './dependants.ts';
import { withDependants } from './dependants.ts';
import type { Fleet } from './fleet.ts';
import { endsProgram, selfRefusal } from './performer.ts';
import type { Plan } from './run.ts';
import { resolveTargets } from './targets.ts';

interface Parts {
  fleet: Fleet;
  clock: Clock;
  /** The zone of the hosts' windows. */
  timeZone(): string;
}

type Told = Pick<RehearsedTarget, 'would' | 'message'>;

/** What the steps before would have done, by host and name. */
interface Played {
  /** What they would have made of a container. */
  states: Map<string, ContainerState>;
  /** Each container that they would have acted on, as it was before the first of them; in that order. */
  touched: Map<string, InspectedContainer & { hostId: number }>;
}

const act = (message: string): Told => ({ would: 'act', message });
const skip = (message: string): Told => ({ would: 'skip', message });
const fail = (message: string): Told => ({ would: 'fail', message });

/** The state that an action leaves behind, for the steps that follow; others leave it as it was. */
const statesAfter: Partial<Record<Step['action'], ContainerState>> = {
  restart: 'running',
  start: 'running',
  unpause: 'running',
  stop: 'exited',
  pause: 'paused',
};
const stateAfter = ({ action, options = {} }: Step): ContainerState | undefined =>
  action === 'kill' && isSureKill(options) ? 'exited' : statesAfter[action];

/** Goes through the steps of a run without doing them: it asks the engines how things are, and says what would be done. */
export class Rehearsals {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async play(
    plan: Pick<Plan, 'steps' | 'conditions' | 'outsideWindow' | 'onNoMatch' | 'restore'>,
  ): Promise<RehearsedStep[]> {
    const played: Played = { states: new Map(), touched: new Map() };
    const steps: RehearsedStep[] = [];
    for (const step of plan.steps) steps.push(await this.#step(step, plan, played));
    return plan.restore ? [...steps, putBack(played)] : steps;
  }

  async #step(step: Step, plan: Parameters<Rehearsals['play']>[0], played: Played): Promise<RehearsedStep> {
    const kind = findKind(step.action);
    const bare = { action: step.action, message: null };
    if (!kind) return { ...bare, targets: [], message: `${step.action} is not available in this version` };
    if (kind.scope !== 'container') return { ...bare, targets: [this.#elsewhere(step, kind)] };
    await this.#parts.fleet.settled();
    const containers = this.#parts.fleet.containers();
    const found: OrderedTarget[] = resolveTargets(step.targets, containers);
    const all = step.dependants === undefined ? found : withDependants(found, containers);
    if (all.length === 0) {
      const fate = plan.onNoMatch === 'skip' ? 'be skipped' : 'fail';
      return { ...bare, targets: [], message: `nothing fits the targets now: the run would ${fate}` };
    }
    const targets: RehearsedTarget[] = [];
    for (const target of all) targets.push(await this.#target(step, kind, target, plan, played));
    return { ...bare, targets };
  }

  #elsewhere(step: Step, kind: StepKind): RehearsedTarget {
    const { durationMs = 0, url = '', method = 'GET', image = '', what = '', name = '' } = step.options ?? {};
    const words: Partial<Record<Step['action'], string>> = {
      wait: `would wait ${durationMs / 1000} s`,
      http: `would send ${method} ${url}`,
      run: `would run a container of ${image}`,
      prune: `would remove ${what} that nothing uses`,
      'pull-image': `would fetch ${image}`,
      'tag-image': `would name ${image} also ${name}`,
      'remove-image': `would remove the image ${image}`,
    };
    const hostId = step.hostId ?? null;
    const told = hostId !== null && !this.#parts.fleet.isEnabled(hostId) ? skip('the host is disabled') : null;
    const message = words[step.action] ?? `would ${kind.name}`;
    return { hostId, container: null, state: null, after: null, ...(told ?? act(message)) };
  }

  async #target(
    step: Step,
    kind: StepKind,
    { hostId, container, after }: OrderedTarget,
    plan: Parameters<Rehearsals['play']>[0],
    played: Played,
  ): Promise<RehearsedTarget> {
    const key = `${hostId}/${container}`;
    const row = this.#parts.fleet.byName(hostId, container);
    const base = { hostId, container, after: after ?? null, state: row?.state ?? null };
    const told =
      this.#refusal(step, hostId, container, plan) ?? (await this.#look(step, kind, key, base, plan, played));
    const state = stateAfter(step);
    if (told.would !== 'skip' && told.would !== 'fail' && state) played.states.set(key, state);
    return { ...base, ...told };
  }

  #refusal(
    step: Step,
    hostId: number,
    container: string,
    { outsideWindow }: Parameters<Rehearsals['play']>[0],
  ): Told | null {
    const { fleet, clock, timeZone } = this.#parts;
    if (!fleet.has(hostId)) return fail(`there is no host ${hostId}`);
    if (!fleet.isEnabled(hostId)) return skip('the host is disabled');
    if (fleet.byName(hostId, container)?.isSelf && endsProgram({ name: step.action })) {
      return fail(selfRefusal({ name: step.action }));
    }
    const windows = fleet.windowsOf(hostId);
    const opensAt = nextOpening([{ windows, timeZone: timeZone() }], clock.now());
    if (windows.length === 0 || opensAt === clock.now()) return null;
    const next = opensAt === null ? 'none opens within a week' : `the next opens at ${new Date(opensAt).toISOString()}`;
    const fate = outsideWindow === 'wait' ? 'would wait' : 'would be left alone';
    return skip(`${fate}: outside the windows of the host ${fleet.nameOf(hostId)}; ${next}`);
  }

  /** The engine is asked as it would be before the step, and for nothing else. */
  async #look(
    step: Step,
    kind: StepKind,
    key: string,
    { hostId, container }: { hostId: number; container: string },
    { conditions = [] }: Parameters<Rehearsals['play']>[0],
    played: Played,
  ): Promise<Told> {
    try {
      const now = await this.#parts.fleet.engine(hostId).inspectContainer(container);
      if (now.name !== container) return fail(`there is no container named "${container}"`);
      const then = played.states.get(key);
      // A run judges a container when it comes to it first.
      const fault = then === undefined ? faultNow(conditions, now, this.#parts.clock.now()) : null;
      if (fault) return skip(`would be left alone ${fault}`);
      const told = foreseen(step, kind, then === undefined ? now : changed(now, then));
      if (told.would === 'act' && !played.touched.has(key)) played.touched.set(key, { ...now, hostId });
      return told;
    } catch (error) {
      if (error instanceof EngineError || error instanceof ChrontainerError) return fail(error.message);
      throw error;
    }
  }
}

const foreseen = (step: Step, kind: StepKind, container: InspectedContainer): Told => {
  const verdict = kind.foresee?.(container) ?? null;
  if (verdict?.kind === 'done') return { would: 'nothing', message: verdict.message };
  if (verdict?.kind === 'failed') return fail(verdict.message);
  const command = step.options?.command?.join(' ');
  return act(command === undefined ? `would ${kind.name} it` : `would run in it: ${command}`);
};

/** The step with which a run ends that puts back what it touched: what was touched last comes first. */
const putBack = ({ states, touched }: Played): RehearsedStep => {
  const targets = [...touched].toReversed().map(([key, before]): RehearsedTarget => {
    const then = states.get(key);
    const wanted = restOf(before);
    const isSo = then === undefined || restOf(changed(before, then)) === wanted;
    const told: Told = isSo
      ? { would: 'nothing', message: `it would be ${wanted}, as before the run` }
      : act(`would put it back: ${wanted}, as before the run`);
    return { hostId: before.hostId, container: before.name, state: before.state, after: null, ...told };
  });
  const message =
    targets.length === 0
      ? 'nothing would be touched, so there is nothing to put back'
      : 'when the run is over, also after a failure or a cancel, and what was touched last first';
  return { action: 'restore', targets, message };
};

const changed = (container: InspectedContainer, state: ContainerState): InspectedContainer => ({
  ...container,
  state,
  running: state === 'running' || state === 'paused',
  paused: state === 'paused',
  restarting: false,
});
