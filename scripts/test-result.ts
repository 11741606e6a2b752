import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCount } from './count-tests.ts';
import { leftovers } from './leftovers.ts';

/** How long what the tests started may take to end after them. */
const graceMs = 15_000;

/** The numbers of the run; where the runner died before it had any, that is a failure. */
const readCount = (path: string): TestCount => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.log(`The tests did not come to an end: ${error}`);
    return { passed: 0, failed: 1, skipped: 0, emptyFiles: [] };
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
const count = readCount(join(directory, 'count'));
const left = await leftBehind(directory);
/** What went wrong beside the tests; each sentence counts as one failed test. */
const faults = [
  ...(failedChecks === '0' ? [] : ['Checks failed, see above']),
  ...(count.passed + count.failed === 0 ? ['No test ran'] : []),
  ...(left.length === 0 ? [] : [`The tests left on the machine:\n  ${left.join('\n  ')}`]),
];
for (const file of count.emptyFiles) console.log(`${file} has no test`);
for (const fault of faults) console.log(fault);

const failed = count.failed + faults.length;
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${count.passed} passed, ${failed} failed, ${count.skipped} skipped`);
