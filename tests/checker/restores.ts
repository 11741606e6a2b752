import type { Row, Witness } from './witness.ts';

/** What a run with a restore acted on is as it was before, when the run says so, and nothing was done to it twice. */
export const checkRestores = (witness: Witness, runs: Row[], attempts: Row[]): void => {
  for (const run of runs) {
    const plan: { steps: unknown[]; restore?: boolean } = JSON.parse(String(run.plan));
    const own = attempts.filter((attempt) => attempt.run_id === run.id);
    const last = plan.steps.length;
    const placesOf = (rows: Row[]) => new Set(rows.map((row) => witness.containerOf(row)));
    const touched = plan.restore ? placesOf(own.filter(({ step }) => Number(step) < last)) : new Set();
    const targets = witness.rows('SELECT * FROM run_targets WHERE run_id = ? AND step = ?', String(run.id), last);
    const restored = placesOf(targets);
    if (touched.symmetricDifference(restored).size > 0) {
      witness.blame(`run ${run.id} touched ${[...touched]} and put back ${[...restored]}`);
    }
    for (const target of targets) if (target.outcome === 'succeeded') checkRestored(witness, own, target);
  }
  checkDoubles(witness);
};

/**
 * The engine's own account: in which state it left the container, last of all that the try asked of it that succeeded. An
 * earlier one may have come half the way before another run took the container where it was to go.
 */
const checkRestored = (witness: Witness, attempts: Row[], target: Row): void => {
  const container = witness.containerOf(target);
  const [first] = attempts
    .filter((attempt) => Number(attempt.step) < Number(target.step) && witness.containerOf(attempt) === container)
    .sort((a, b) => Number(a.step) - Number(b.step) || Number(a.attempt) - Number(b.attempt));
  const wanted: unknown = JSON.parse(String(first?.note)).before?.state;
  const prefix = `${target.run_id}/${target.step}/${target.position}/`;
  const effect = witness.effects.findLast(({ attempt, isOver }) => isOver && attempt === `${prefix}${target.attempts}`);
  if (effect && effect.state !== wanted) {
    witness.blame(`${prefix} put ${container} back to ${effect.state} instead of ${String(wanted)}`);
  }
};

/** One attempt may be several actions, but each of them changes something once. */
const checkDoubles = (witness: Witness): void => {
  const done = witness.effects.filter(({ isRestore, hasChanged }) => isRestore && hasChanged);
  for (const [name, same] of Map.groupBy(done, ({ attempt, action }) => `${action} by ${attempt}`)) {
    if (same.length > 1) witness.blame(`${name}, a restore, was done ${same.length} times`);
  }
};
