import * as v from 'valibot';
import type { ScheduleInput } from '../../contract/index.ts';
import { scheduleInput } from '../../contract/index.ts';
import type { BoxAction } from './box.ts';
import type { Random } from './random.ts';

const expressions = [
  '*/5 * * * * *',
  '*/10 * * * * *',
  '7,22,51 * * * * *',
  '*/20 * * * * *',
  '30 */2 * * * *',
  '* * * * *',
  '*/3 * * * *',
  '0,15,30,45 * * * *',
  '5 * * * *',
];
const containers = ['web', 'db', 'cache'];
type Trigger = ScheduleInput['trigger'];

/** A trigger with slots, drawn by chance. */
export const drawTrigger = (random: Random, nowMs: number): Trigger => {
  const kind = random.weighted({ cron: 6, interval: 3, once: 1 });
  if (kind === 'cron') return { kind, expression: random.pick(expressions) };
  if (kind === 'once') return { kind, at: new Date(nowMs + random.int(1, 120) * 1000).toISOString() };
  return { kind, everyMs: random.pick([3_000, 7_000, 15_000, 30_000, 61_000, 300_000]) };
};

/** An action that has something to do more often than not. */
export const drawAction = (random: Random): BoxAction =>
  random.weighted({ restart: 6, start: 3, stop: 2, kill: 1, pause: 1, unpause: 2 });

const drawTargets = (random: Random) =>
  random.chance(0.1) ? [{ hostId: 1, all: true }] : [{ hostId: 1, container: random.pick(containers) }];

const drawStep = (random: Random, action: BoxAction, targets: object[]) => {
  return {
    action,
    targets,
    ...(random.chance(0.4) ? { retries: random.int(1, 3) } : {}),
    // The short ones are over before the engine has done what takes it four or nine seconds.
    ...(random.chance(0.3) ? { timeoutMs: random.pick([1_000, 2_000, 5_000, 30_000, 60_000]) } : {}),
    ...(random.chance(0.3) ? { onFailure: 'continue' } : {}),
  };
};

/** One action, several, or one that a later step takes back. */
const drawSteps = (random: Random) => {
  const kind = random.weighted({ one: 5, backup: 3, freeze: 1, any: 2 });
  const targets = drawTargets(random);
  const actions: BoxAction[] = kind === 'backup' ? ['stop', 'start'] : ['pause', 'unpause'];
  if (kind === 'one') return [drawStep(random, drawAction(random), targets)];
  if (kind !== 'any') return actions.map((action) => drawStep(random, action, targets));
  return Array.from({ length: 3 }, () => drawStep(random, drawAction(random), drawTargets(random)));
};

const drawPolicies = (random: Random) => ({
  overlap: random.pick(['skip', 'queue', 'allow', 'cancel_previous']),
  catchUp: random.pick(['none', 'latest', 'latest', 'all']),
  catchUpLimit: random.int(1, 5),
  queueLimit: random.int(1, 4),
  startDeadlineMs: random.pick([null, null, 5_000, 60_000, 7_200_000]),
  jitterMs: random.chance(0.2) ? random.pick([2_000, 20_000]) : 0,
  timeoutMs: random.chance(0.1) ? random.pick([5_000, 40_000]) : null,
  pauseAfterFailures: random.chance(0.1) ? random.int(1, 3) : null,
});

/** A schedule drawn by chance. */
export const drawSchedule = (random: Random, nowMs: number, name: string): ScheduleInput =>
  v.parse(scheduleInput, {
    name,
    trigger: drawTrigger(random, nowMs),
    steps: drawSteps(random),
    policies: drawPolicies(random),
    restore: random.chance(0.25),
    ...(random.chance(0.1) ? { startsAt: new Date(nowMs + random.int(0, 120_000)).toISOString() } : {}),
    ...(random.chance(0.1) ? { endsAt: new Date(nowMs + random.int(130_000, 300_000)).toISOString() } : {}),
    ...(random.chance(0.1) ? { maxRuns: random.int(1, 6) } : {}),
  });

/** A schedule that comes after another. */
export const drawFollower = (random: Random, scheduleId: number, name: string): ScheduleInput =>
  v.parse(scheduleInput, {
    name,
    trigger: { kind: 'after', scheduleId, on: random.pick(['success', 'failure', 'any']) },
    steps: drawSteps(random),
    policies: { ...drawPolicies(random), pauseAfterFailures: null },
    restore: random.chance(0.25),
  });
