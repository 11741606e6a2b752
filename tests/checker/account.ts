import { naiveSlots } from './naive-slots.ts';
import { checkRestores } from './restores.ts';
import type { Row, Witness } from './witness.ts';
import { attemptKey } from './witness.ts';

/** What a seed came to. */
export interface Figures {
  slots: number;
  effects: number;
  /** Effects that put back what a run had done. */
  restores: number;
  attempts: number;
  runs: Record<string, number>;
}

const neverActing = ['missed', 'coalesced', 'skipped'];
const failures = ['failed', 'timed_out', 'interrupted'];

/** Compares the ledger with the rules and with what the engine did; what does not agree is added to the faults. */
export const settleAccount = (witness: Witness, untilMs: number): Figures => {
  const runs = witness.rows('SELECT * FROM runs ORDER BY id');
  const attempts = witness.rows('SELECT * FROM attempts ORDER BY dispatched_at');
  const slots = checkSlots(witness, runs, untilMs);
  checkRuns(witness, runs, attempts);
  checkEffects(witness, attempts);
  checkTargets(witness, runs);
  checkRestores(witness, runs, attempts);
  checkFollowers(witness, runs);
  checkOrder(witness, runs);
  const byOutcome: Record<string, number> = {};
  for (const { outcome } of runs) byOutcome[String(outcome)] = (byOutcome[String(outcome)] ?? 0) + 1;
  const effects = witness.effects.filter((effect) => effect.hasChanged);
  const restores = effects.filter((effect) => effect.isRestore).length;
  return { slots, effects: effects.length, restores, attempts: attempts.length, runs: byOutcome };
};

const text = (ms: unknown): string => new Date(Number(ms)).toISOString().slice(11, 23);

/** Slots of the rules in force = runs recorded, one for one. */
const checkSlots = (witness: Witness, runs: Row[], untilMs: number): number => {
  let count = 0;
  for (const schedule of witness.rows('SELECT id, created_at, max_runs, runs_begun FROM schedules')) {
    const rules = witness.rules.get(Number(schedule.id)) ?? [];
    const all = rules.flatMap((rule) => naiveSlots(rule, Number(schedule.created_at), untilMs));
    const own = runs.filter((run) => run.schedule_id === schedule.id && run.scheduled_for !== null);
    const recorded = own.map((run) => Number(run.scheduled_for)).sort((a, b) => a - b);
    const isUsedUp = schedule.max_runs !== null && Number(schedule.runs_begun) >= Number(schedule.max_runs);
    const expected = isUsedUp ? all.slice(0, recorded.length) : all;
    count += expected.length;
    const at = expected.findIndex((slot, i) => slot !== recorded[i]);
    if (at >= 0) {
      witness.blame(`schedule ${schedule.id}: the slot ${text(expected[at])} is due, recorded is ${recorded[at]}`);
    }
    if (recorded.length > expected.length) {
      witness.blame(`schedule ${schedule.id}: ${text(recorded.at(-1))} is no slot, or recorded twice`);
    }
    const begun = own.filter((run) => run.started_at !== null).length;
    if (schedule.max_runs !== null && begun > Number(schedule.max_runs)) {
      witness.blame(`schedule ${schedule.id} began ${begun} runs`);
    }
  }
  return count;
};

const checkRuns = (witness: Witness, runs: Row[], attempts: Row[]): void => {
  const ids = new Set(runs.map((run) => run.id));
  const acting = new Set(attempts.map((attempt) => attempt.run_id));
  for (const run of runs) {
    const outcome = String(run.outcome);
    const isEarly = run.scheduled_for !== null && Number(run.created_at) < Number(run.scheduled_for);
    const faults: [boolean, string][] = [
      [['pending', 'running'].includes(outcome), 'never ended'],
      [run.reason === 'internal', 'failed inside the program'],
      [neverActing.includes(outcome) && acting.has(run.id), 'acted all the same'],
      [run.coalesced_into !== null && !ids.has(run.coalesced_into), 'joins no run'],
      [isEarly, 'was made before its slot'],
    ];
    for (const [isFault, words] of faults) if (isFault) witness.blame(`run ${run.id} (${outcome}) ${words}`);
  }
};

/** Each action of the engine has its attempt (seen when it began), each verified attempt its action, none has two. */
const checkEffects = (witness: Witness, attempts: Row[]): void => {
  const steps = witness.effects.filter(({ isRestore }) => !isRestore);
  const changes = steps.flatMap(({ attempt, hasChanged }) => (attempt && hasChanged ? [attempt] : []));
  const changed = new Set(changes);
  for (const attempt of attempts) {
    const key = attemptKey(attempt);
    const isDeemedVain = /before the engine did it/.test(String(attempt.message));
    const faults: [boolean, string][] = [
      [['dispatched', 'outlived'].includes(String(attempt.phase)), 'was never closed'],
      [attempt.phase === 'verified' && attempt.action !== 'restore' && !changed.has(key), 'changed nothing'],
      [isDeemedVain && changed.has(key), 'was done all the same'],
    ];
    const name = `attempt ${key} (${attempt.action}, ${attempt.phase}: ${attempt.message})`;
    for (const [isFault, words] of faults) if (isFault) witness.blame(`${name} ${words}`);
  }
  const byTarget = Map.groupBy(changes, (key) => key.slice(0, key.lastIndexOf('/')));
  for (const [target, done] of byTarget) {
    if (done.length > 1) witness.blame(`target ${target} was done ${done.length} times`);
  }
};

const checkTargets = (witness: Witness, runs: Row[]): void => {
  const byRun = Map.groupBy(witness.rows('SELECT * FROM run_targets'), (target) => target.run_id);
  for (const run of runs) {
    const targets = byRun.get(run.id) ?? [];
    const plan: { steps: unknown[] } = JSON.parse(String(run.plan));
    const steps = targets.map((target) => Number(target.step)).filter((step) => step < plan.steps.length);
    const reached = new Set(steps).size;
    const isGood = targets.every(({ outcome }) => outcome === 'succeeded' || outcome === 'skipped');
    if (run.outcome === 'succeeded' && (!isGood || reached < plan.steps.length)) {
      witness.blame(`run ${run.id} succeeded, but not all of its steps`);
    }
  }
};

/** The run of a schedule that comes after another is made once for each run that ended as awaited. */
const checkFollowers = (witness: Witness, runs: Row[]): void => {
  for (const [id, rules] of witness.rules) {
    const trigger = rules[0]?.trigger;
    if (trigger?.kind !== 'after') continue;
    const isAwaited = (outcome: string): boolean =>
      (outcome === 'succeeded' && trigger.on !== 'failure') ||
      (failures.includes(outcome) && trigger.on !== 'success') ||
      (outcome === 'cancelled' && trigger.on === 'any');
    const awaited = runs.filter((run) => run.schedule_id === trigger.scheduleId && isAwaited(String(run.outcome)));
    const causes = runs
      .filter((run) => run.schedule_id === id && run.origin === 'after')
      .map((run) => String(run.cause));
    const named = causes.map((cause) => /after run (\S+) of/.exec(cause)?.[1]).sort();
    const expected = awaited.map((run) => run.id).sort();
    if (named.join() !== expected.join()) {
      witness.blame(`schedule ${id} came after ${named.length} runs, ${expected.length} ended as awaited`);
    }
  }
};

/** Runs of a schedule that are to follow each other never act in turns. */
const checkOrder = (witness: Witness, runs: Row[]): void => {
  const queued = runs.filter((run) => run.schedule_id !== null && JSON.parse(String(run.plan)).isQueued);
  const scheduleOf = new Map(queued.map((run) => [String(run.id), Number(run.schedule_id)]));
  const latest = new Map<number, string>();
  const over = new Set<string>();
  for (const { attempt } of witness.effects) {
    const run = attempt?.split('/')[0] ?? '';
    const schedule = scheduleOf.get(run);
    if (schedule === undefined) continue;
    const before = latest.get(schedule);
    if (before !== undefined && before !== run) over.add(before);
    if (over.has(run)) witness.blame(`run ${run} went on after the run that follows it began`);
    latest.set(schedule, run);
  }
};
