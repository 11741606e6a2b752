import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeWords } from './revision-words.ts';
import { aSchedule } from './testing.ts';

test('the first revision made the schedule', () => {
  assert.equal(changeWords(aSchedule(), undefined), 'Made');
});

test('an edit is told by what it changed', () => {
  const before = aSchedule();
  assert.equal(changeWords(aSchedule({ enabled: false }), before), 'Switched off');
  assert.match(
    changeWords(aSchedule({ name: 'New', trigger: { kind: 'manual' }, maxRuns: 3 }), before),
    /^Renamed from Restart web, the time,? and the dates$/,
  );
  assert.equal(changeWords(aSchedule(), before), 'Nothing');
});
