import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noNextWords } from './no-next.ts';
import { aSchedule } from './testing.ts';

const nowMs = Date.UTC(2026, 10, 27);
const cron = { kind: 'cron', expression: '0 0 31 2 *' } as const;

test('a schedule without a next run is off, done, never due, or has no times', () => {
  const words = (changes: Parameters<typeof aSchedule>[0]) =>
    noNextWords(aSchedule({ trigger: cron, nextRunAt: null, ...changes }), nowMs);
  assert.equal(words({ enabled: false }), 'off');
  assert.equal(words({ trigger: { kind: 'manual' } }), 'none');
  assert.equal(words({}), 'never');
  assert.equal(words({ trigger: { kind: 'once', at: '2026-11-26T00:00:00.000Z' } }), 'done');
  assert.equal(words({ maxRuns: 2, runsBegun: 2 }), 'done');
  assert.equal(words({ endsAt: '2026-11-26T00:00:00.000Z' }), 'done');
});
