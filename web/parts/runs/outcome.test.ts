import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunStep } from '../../../contract/runs.ts';
import { deedOf, questionOf, reasonWords, waitsUntilOf, withoutTargets } from './outcome.ts';
import { aRun } from './testing.ts';

test('why is asked of the minute of a run that did not happen, and of no other', () => {
  const at = '2026-11-23T09:00:00.000Z';
  assert.deepEqual(questionOf(aRun({ outcome: 'skipped', scheduledFor: at })), { id: 1, why: at });
  assert.equal(questionOf(aRun({ outcome: 'failed' })), null);
  assert.equal(questionOf(aRun({ outcome: 'skipped', scheduledFor: null })), null);
});

test('a run that waits says until when, until its time has come', () => {
  const run = aRun({ outcome: 'pending', waitsUntil: '2026-11-23T22:00:00.000Z' });
  const until = Date.parse('2026-11-23T22:00:00.000Z');
  assert.deepEqual(
    [waitsUntilOf(run, until - 1), waitsUntilOf(run, until), waitsUntilOf(aRun(), 0)],
    [until, null, null],
  );
});

test('the rule that decided is told in plain words, unless the message says the same', () => {
  assert.equal(reasonWords({ reason: 'window', message: 'the next one opens at 22:00' }), 'Outside the windows.');
  assert.equal(reasonWords({ reason: 'paused', message: 'all schedules were paused' }), null);
  assert.equal(reasonWords({ reason: 'paused', message: null }), 'All schedules were paused.');
  assert.equal(reasonWords({ reason: 'no_target', message: 'no container fits the targets of step 2; 1 of 1' }), null);
});

test('a reason of another version is left to its message', () => {
  assert.equal(reasonWords({ reason: 'phase_of_the_moon', message: 'it is full' }), null);
  assert.equal(reasonWords({ reason: null, message: null }), null);
});

test('a step without targets says whether it found none, or was never begun', () => {
  const begun = { startedAt: '2026-11-27T19:00:00.000Z', reason: null };
  assert.equal(withoutTargets({ ...begun, startedAt: null }, { outcome: 'missed' }), 'Nothing was done.');
  assert.equal(withoutTargets(begun, { outcome: 'pending' }), 'Not begun yet.');
  assert.equal(withoutTargets(begun, { outcome: 'failed' }), 'No container fitted its targets.');
  assert.equal(
    withoutTargets({ ...begun, reason: 'no_target' }, { outcome: 'skipped' }),
    'No container fitted its targets.',
  );
  assert.equal(withoutTargets(begun, { outcome: 'skipped' }), 'Not begun: the run had ended.');
});

test('what a run did is told by its first step, the others of its kind, and how many follow', () => {
  const step = (action: RunStep['action'], container: string | null): RunStep[] =>
    aRun().steps.map((one) => ({ ...one, action, targets: one.targets.map((target) => ({ ...target, container })) }));
  assert.equal(deedOf(aRun({ steps: [...step('stop', 'app'), ...step('stop', 'db')] })), 'Stop app and db');
  const backup = [...step('stop', 'app'), ...step('http', null), ...step('restore', 'app')];
  assert.equal(deedOf(aRun({ steps: step('run', 'chrontainer-run-01a2-1') })), 'Run a container');
  assert.equal(deedOf(aRun({ steps: backup })), 'Stop app, and one more step');
});
