import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attentionRank, pastStateWords, possibleActions, stateWords } from './state-words.ts';
import { aContainer } from './testing.ts';

const now = Date.parse('2026-11-23T08:43:00.000Z');

test('a healthy container says so and how long it is up', () => {
  const container = aContainer({ health: 'healthy', startedAt: '2026-11-23T04:40:00.000Z' });
  assert.deepEqual(stateWords(container, now), { mark: 'succeeded', words: 'healthy, up 4 h' });
});

test('an intended stop is not red, a crash is', () => {
  const stopped = { state: 'exited', finishedAt: '2026-11-23T04:43:00.000Z' } as const;
  assert.deepEqual(stateWords(aContainer({ ...stopped, exitCode: 0 }), now), {
    mark: 'off',
    words: 'stopped, 4 h ago',
  });
  assert.equal(stateWords(aContainer({ ...stopped, exitCode: 143 }), now).mark, 'off');
  assert.deepEqual(stateWords(aContainer({ ...stopped, exitCode: 1 }), now), {
    mark: 'failed',
    words: 'exited 1, 4 h ago',
  });
});

test('a container that the kernel killed for lack of memory says so, in red; one that was killed by hand does not', () => {
  const killed = { state: 'exited', exitCode: 137, finishedAt: '2026-11-23T04:43:00.000Z' } as const;
  assert.deepEqual(stateWords(aContainer({ ...killed, oomKilled: true }), now), {
    mark: 'failed',
    words: 'out of memory, 4 h ago',
  });
  assert.deepEqual(stateWords(aContainer(killed), now), { mark: 'off', words: 'exited 137, 4 h ago' });
  assert.equal(attentionRank(aContainer({ ...killed, oomKilled: true })), 0);
});

test('a state of the past has no how long, and one that nobody knows says so', () => {
  const past = { health: null, exitCode: null } as const;
  assert.deepEqual(pastStateWords({ ...past, state: 'exited', exitCode: 3 }), { mark: 'failed', words: 'exited 3' });
  assert.deepEqual(pastStateWords({ ...past, state: 'running', health: 'unhealthy' }).words, 'unhealthy');
  assert.deepEqual(pastStateWords({ ...past, state: null }), {
    mark: 'unknown',
    words: 'gone, or its host out of reach',
  });
});

test('what a state does not allow is not offered', () => {
  assert.deepEqual(possibleActions('paused'), ['unpause', 'stop', 'kill']);
  assert.deepEqual(possibleActions('exited'), ['start']);
  assert.deepEqual(possibleActions('removing'), []);
});
