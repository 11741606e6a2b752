import type { InspectedContainer, VitalSigns } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { steadily } from './ensure.ts';
import type { Work } from './kind.ts';

const lookEveryMs = 250;
/** Engines are not exact about when they probe. */
const marginMs = 5_000;
/** One good probe may be luck. */
const enoughProbes = 2;

export interface Vigil {
  watchMs: number;
  /** It was unhealthy before, so that this is no reason to go back. */
  wasUnhealthy: boolean;
  /** It ended again and again before. */
  wasEnding: boolean;
}

type Judgement = 'go on' | 'good' | { fault: string };
interface Seen {
  now: InspectedContainer;
  signs: VitalSigns;
  elapsedMs: number;
  /** Null: it is not healthy. */
  healthyForMs: number | null;
}

/**
 * Watches a container that has just started, until it is known to be good. Resolves with what is wrong with it; null:
 * nothing.
 * @throws EngineError, the signal's reason
 */
export const keepVigil = async (work: Work, id: string, vigil: Vigil): Promise<string | null> => {
  const { clock, signal } = work;
  const sinceMs = clock.monotonic();
  const first = await look(work, id);
  let healthySinceMs: number | null = null;
  for (let seen = first; seen; seen = await look(work, id)) {
    const nowMs = clock.monotonic();
    healthySinceMs = seen.now.health === 'healthy' ? (healthySinceMs ?? nowMs) : null;
    const healthyForMs = healthySinceMs === null ? null : nowMs - healthySinceMs;
    const judgement = judge(
      { ...seen, elapsedMs: nowMs - sinceMs, healthyForMs },
      first?.now.startedAtText ?? '',
      vigil,
    );
    if (judgement === 'good') return null;
    if (judgement !== 'go on') return judgement.fault;
    await clock.sleep(lookEveryMs, signal);
  }
  return 'it is gone';
};

const look = async (work: Work, id: string): Promise<Pick<Seen, 'now' | 'signs'> | null> => {
  try {
    const now = await steadily(work, () => work.engine().inspectContainer(id));
    return { now, signs: await steadily(work, () => work.engine().successors.vitalSigns(id)) };
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};

const judge = (seen: Seen, startedAtText: string, vigil: Vigil): Judgement => {
  const { now, signs, elapsedMs } = seen;
  const isOver = elapsedMs >= vigil.watchMs;
  const end = endOf(now, signs, startedAtText);
  if (end !== null && !vigil.wasEnding) return { fault: end };
  if (end !== null || !now.hasHealthCheck) return isOver ? 'good' : 'go on';
  return judgeHealth(seen, isOver, vigil);
};

/** One that ends well all the same: it ran before, and nobody told it to stop. */
const endOf = (now: InspectedContainer, { restartCount }: VitalSigns, startedAtText: string): string | null => {
  const memory = now.oomKilled ? ', out of memory' : '';
  if (now.restarting || restartCount > 0) return `it ends again and again (exit code ${now.exitCode}${memory})`;
  if (!now.running) return `it ended with exit code ${now.exitCode}${memory}`;
  if (now.oomKilled) return 'it ran out of memory';
  return now.startedAtText === startedAtText ? null : 'it was started again meanwhile';
};

const judgeHealth = ({ now, signs, elapsedMs, healthyForMs }: Seen, isOver: boolean, vigil: Vigil): Judgement => {
  if (healthyForMs !== null) {
    return signs.goodProbes >= enoughProbes || healthyForMs >= vigil.watchMs ? 'good' : 'go on';
  }
  if (vigil.wasUnhealthy) return isOver ? 'good' : 'go on';
  if (now.health === 'unhealthy') return { fault: 'it is unhealthy' };
  const limitMs = Math.max(signs.healthWithinMs + marginMs, vigil.watchMs);
  return elapsedMs > limitMs ? { fault: `it was not healthy after ${Math.round(limitMs / 1000)} s` } : 'go on';
};
