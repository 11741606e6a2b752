import type { Condition } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';

/** A look at the container that is to be acted on, and the means to look longer. */
export interface Look {
  engine: Engine;
  container: InspectedContainer;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Which condition does not hold, and what is instead, in words that follow "left alone"; null when all of them hold.
 * What takes time is looked at last.
 * @throws EngineError, the signal's reason when it is aborted
 */
export const unmet = async (conditions: readonly Condition[], look: Look): Promise<string | null> => {
  const visible = faultNow(conditions, look.container, look.clock.now());
  if (visible) return visible;
  for (const condition of conditions) {
    const fault = condition.kind === 'idle' ? await busy(condition, look) : null;
    if (fault) return byCondition(condition, fault);
  }
  return null;
};

/** The same of what is so now, as far as a look can tell; whether something is idle only time can. */
export const faultNow = (
  conditions: readonly Condition[],
  container: InspectedContainer,
  nowMs: number,
): string | null => {
  for (const condition of conditions) {
    const fault = condition.kind === 'idle' ? null : faultOf(condition, container, nowMs);
    if (fault) return byCondition(condition, fault);
  }
  return null;
};

const byCondition = ({ kind }: Condition, fault: string): string => `by the condition "${kind}": ${fault}`;

type Visible = Exclude<Condition, { kind: 'idle' }>;

const faultOf = (condition: Visible, c: InspectedContainer, nowMs: number): string | null => {
  const isRunning = c.running && !c.paused && !c.restarting;
  switch (condition.kind) {
    case 'running':
      return isRunning ? null : `it is ${c.state}, not running`;
    case 'stopped':
      return c.running || c.restarting ? `it is ${c.state}, not stopped` : null;
    case 'healthy':
    case 'unhealthy':
      return healthFault(condition.kind, isRunning, c);
    case 'older':
      return ageFault(condition, isRunning, c, nowMs);
  }
};

const healthFault = (wanted: string, isRunning: boolean, c: InspectedContainer): string | null => {
  if (!isRunning) return `it is ${c.state}, so it is not ${wanted}`;
  if (!c.hasHealthCheck) return `it has no health check, so nobody knows whether it is ${wanted}`;
  return c.health === wanted ? null : `its health is ${c.health ?? 'unknown'}, not ${wanted}`;
};

const ageFault = (
  { thanMs, since }: Extract<Condition, { kind: 'older' }>,
  isRunning: boolean,
  c: InspectedContainer,
  nowMs: number,
): string | null => {
  if (since === 'start' && !isRunning) return `it is ${c.state}, so it has not been running for ${seconds(thanMs)}`;
  const sinceMs = since === 'start' ? c.startedAt : c.createdAt;
  if (sinceMs === null) return 'the engine does not say when it was started';
  const ageMs = nowMs - sinceMs;
  const what = since === 'start' ? 'was started' : 'was made';
  return ageMs > thanMs ? null : `it ${what} ${seconds(ageMs)} ago, not more than ${seconds(thanMs)}`;
};

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Watches what it uses; the first sample that is not below the limit decides. */
const busy = async (condition: Extract<Condition, { kind: 'idle' }>, look: Look): Promise<string | null> => {
  const { cpuBelowPercent, forMs } = condition;
  const { engine, container, clock, signal } = look;
  if (!container.running || container.paused) return `it is ${container.state}, not running idly`;
  const watching = new AbortController();
  const cancel = clock.after(forMs, () => watching.abort());
  let samples = 0;
  try {
    for await (const { cpu } of engine.stats.watch(container.id, AbortSignal.any([signal, watching.signal]))) {
      if (!cpu) continue;
      samples += 1;
      if (cpu.percentOfCore >= cpuBelowPercent) {
        return `it uses ${cpu.percentOfCore} % of a core, not less than ${cpuBelowPercent} %`;
      }
    }
  } finally {
    cancel();
  }
  signal.throwIfAborted();
  if (!watching.signal.aborted) return 'it ended while it was watched';
  return samples > 0 ? null : `the engine did not tell what it uses within ${seconds(forMs)}`;
};
