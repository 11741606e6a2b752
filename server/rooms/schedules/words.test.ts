import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTrigger } from './words.ts';

test('a trigger without due times is told in a sentence', () => {
  const source = [{ hostId: 1, container: 'web' }];
  const died = { kind: 'event', event: 'died', source, minSpacingMs: 0 } as const;
  assert.equal(describeTrigger(died, ''), 'When a container died');
  assert.equal(describeTrigger({ ...died, event: 'oom' }, ''), 'When a container ran out of memory');
  assert.equal(describeTrigger({ kind: 'after', scheduleId: 3, on: 'success' }, ''), 'After schedule 3 succeeded');
  assert.equal(describeTrigger({ kind: 'after', scheduleId: 3, on: 'any' }, ''), 'After schedule 3 ended');
});
