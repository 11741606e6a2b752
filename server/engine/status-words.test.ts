import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../contract/index.ts';
import { readInspectedContainer } from './inspection.ts';
import { rowOfInspection } from './picture-row.ts';
import { statusWords } from './status-words.ts';

const startedAt = '2026-11-23T10:00:00.000Z';
const after = (seconds: number) => Date.parse(startedAt) + seconds * 1000;
const row = (change: Partial<Container>): Container => ({
  ...rowOfInspection(1, readInspectedContainer({}), 0),
  startedAt,
  ...change,
});

test('the words are those of docker ps', () => {
  const running = row({ state: 'running' });
  const words: [number, string][] = [
    [0, 'Up Less than a second'],
    [1, 'Up 1 second'],
    [59, 'Up 59 seconds'],
    [60, 'Up About a minute'],
    [3540, 'Up 59 minutes'],
    [3600, 'Up About an hour'],
    [5400, 'Up 2 hours'],
    [47 * 3600, 'Up 47 hours'],
    [48 * 3600, 'Up 2 days'],
    [14 * 86_400, 'Up 2 weeks'],
    [61 * 86_400, 'Up 2 months'],
    [731 * 86_400, 'Up 2 years'],
  ];
  for (const [seconds, expected] of words) assert.equal(statusWords(running, after(seconds)), expected);
});

test('health, pause, end and restart are told', () => {
  const ended = { finishedAt: startedAt, exitCode: 137 };
  assert.equal(statusWords(row({ state: 'running', health: 'starting' }), after(5)), 'Up 5 seconds (health: starting)');
  assert.equal(statusWords(row({ state: 'running', health: 'unhealthy' }), after(5)), 'Up 5 seconds (unhealthy)');
  assert.equal(statusWords(row({ state: 'paused' }), after(5)), 'Up 5 seconds (Paused)');
  assert.equal(statusWords(row({ state: 'exited', ...ended }), after(5)), 'Exited (137) 5 seconds ago');
  assert.equal(statusWords(row({ state: 'restarting', ...ended }), after(5)), 'Restarting (137) 5 seconds ago');
  assert.equal(statusWords(row({ state: 'created', startedAt: null }), after(5)), 'Created');
});

test("before the start is known the engine's own words stand", () => {
  assert.equal(statusWords(row({ state: 'running', startedAt: null, status: 'Up 3 hours' }), 0), 'Up 3 hours');
});
