import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leftovers } from './leftovers.ts';

/** How long what the tests started may take to end after them. */
const graceMs = 15_000;

interface Counts {
  passed: number;
  failed: number;
  cancelled: number;
  skipped: number;
  todo: number;
}

/** The numbers of the run; where the runner died before it had any, that is a failure. */
const readCounts = (path: string): Counts => {
  const none = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  try {
    return { ...none, ...JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    console.log(`The tests did not come to an end: ${error}`);
    return { ...none, failed: 1 };
  }
};

const leftBehind = async (directory: string): Promise<string[]> => {
  const run = process.env['CHRONTAINER_TEST_RUN'] ?? '';
  const endAt = performance.now() + graceMs;
  for (;;) {
    const left = leftovers(run, directory);
    if (left.length === 0 || performance.now() > endAt) return left;
    await sleep(50);
  }
};

const [directory = '', failedChecks = '0'] = process.argv.slice(2);
const counts = readCounts(join(directory, 'count'));
const left = await leftBehind(directory);
for (const thing of left) console.log(`The tests left ${thing}`);
if (failedChecks !== '0') console.log('Checks failed, see the top; they count as one failed test');
if (counts.passed + counts.failed === 0) console.log('No test ran, which counts as a failed one');

const none = counts.passed + counts.failed + counts.cancelled === 0 ? 1 : 0;
const failed = counts.failed + counts.cancelled + none + Number(failedChecks) + (left.length > 0 ? 1 : 0);
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped + counts.todo} skipped`);
