import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openDatabase } from '../../server/database/index.ts';
import type { Order } from './player.ts';
import type { Result } from './scenario.ts';

/** How many seeds are played, from CHECKER_FIRST on. CHECKER_SEED plays one alone and tells its story. */
const alone = process.env.CHECKER_SEED;
const first = Number(alone ?? process.env.CHECKER_FIRST ?? 1);
const count = alone === undefined ? Number(process.env.CHECKER_SEEDS ?? 200) : 1;
/**
 * Lives in which the program, or the checker itself, was once found wrong: a clock that was set back between two tries,
 * a restore that was refused after a crash, an account that was settled too early, a restore whose other half was another
 * run's. Another drawing gives them another story: who changes it looks for new ones.
 */
const remembered = [275, 404, 962, 1004, 1108, 1151, 1441, 6086];
const drawn = Array.from({ length: count }, (_, i) => first + i);
const seeds = alone === undefined ? [...new Set([...drawn, ...remembered])] : drawn;

const folder = mkdtempSync(join(tmpdir(), 'chr-checker-'));
const template = join(folder, 'template.db');
before(async () => {
  const { close } = await openDatabase(template, 0);
  await close();
});
after(() => rmSync(folder, { recursive: true, force: true }));

const name = `in ${seeds.length} lives drawn by chance every slot has its run, and every effect its attempt`;
// A minute and a half of a core, and more where others want that core, too: there to end a broken test, not to measure.
const timeout = Math.max(300_000, seeds.length * 2_000);
test(name, { timeout }, async (t) => {
  const total = { seeds: 0, crashes: 0, slots: 0, attempts: 0, effects: 0, restores: 0, mismatches: 0 };
  const runs: Record<string, number> = {};
  const failed: string[] = [];
  const workerData: Order = { folder, template, seeds };
  const player = new Worker(new URL('./player.ts', import.meta.url), { workerData });
  player.on('message', ({ seed, result }: { seed: number; result: Result }) => {
    total.seeds += 1;
    total.mismatches += result.faults.length;
    for (const key of ['crashes', 'slots', 'attempts', 'effects', 'restores'] as const) total[key] += result[key];
    for (const [outcome, n] of Object.entries(result.runs)) runs[outcome] = (runs[outcome] ?? 0) + n;
    if (alone !== undefined) t.diagnostic(result.story.join('\n'));
    if (result.faults.length > 0) failed.push(`CHECKER_SEED=${seed}: ${result.faults.slice(0, 3).join('\n  ')}`);
  });
  await once(player, 'exit');
  t.diagnostic(JSON.stringify({ ...total, runs }));
  assert.deepEqual(failed.slice(0, 20), []);
  assert.equal(total.seeds, seeds.length, 'every seed was played');
});
