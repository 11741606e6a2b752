import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeadFacts } from './lead.ts';
import { leadOf } from './lead.ts';

const now = Date.parse('2026-11-23T08:43:00.000Z');
const calm: LeadFacts = { needs: 0, succeeded: 0, counted: 0, isPartial: false, hasSchedules: false, next: null };
const say = (facts: Partial<LeadFacts>) =>
  leadOf({ ...calm, ...facts }, now)
    .map((part) => part.text)
    .join(' ');

test('the sentence tells what needs you, how it went and what is next', () => {
  const next = { deed: 'stop jellyfin on nas', at: now + 12 * 60_000 };
  assert.equal(
    say({ needs: 2, succeeded: 37, counted: 39, hasSchedules: true, next }),
    '2 things need you. 37 of 39 runs succeeded since midnight. Next: stop jellyfin on nas in 12 min.',
  );
});

test('zero is silent, and one is singular', () => {
  assert.equal(say({}), 'Nothing needs you. No schedules yet.');
  assert.equal(
    say({ needs: 1, counted: 1, succeeded: 1, hasSchedules: true }),
    '1 thing needs you. The one run since midnight succeeded. Nothing is planned.',
  );
});

test('a number that is not known for sure is not said', () => {
  assert.equal(say({ succeeded: 990, counted: 1000, isPartial: true }), 'Nothing needs you. No schedules yet.');
});
