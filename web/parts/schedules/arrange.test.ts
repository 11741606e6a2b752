import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange } from './arrange.ts';
import { aSchedule } from './testing.ts';

const summary = { id: 'r', scheduledFor: null, startedAt: null, finishedAt: null };
const all = [
  aSchedule({ id: 1, name: 'off', enabled: false }),
  aSchedule({ id: 2, name: 'by hand', nextRunAt: null, trigger: { kind: 'manual' } }),
  aSchedule({ id: 3, name: 'later', nextRunAt: '2026-11-25T00:00:00.000Z' }),
  aSchedule({ id: 4, name: 'soon', lastRun: { ...summary, outcome: 'failed' } }),
];
const names = (q: string, state: string) =>
  arrange(all, { q, state }, () => 'Restart web on nas').map((schedule) => schedule.name);

test('the soonest comes first, then those by hand, then those that are off', () => {
  assert.deepEqual(names('', ''), ['soon', 'later', 'by hand', 'off']);
});

test('a search looks at name, words and targets', () => {
  assert.deepEqual(names('later NAS', ''), ['later']);
});

test('the state filter knows on, off and those whose last run went wrong', () => {
  assert.deepEqual(names('', 'off'), ['off']);
  assert.deepEqual(names('', 'trouble'), ['soon']);
});
