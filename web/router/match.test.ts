import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchRoute, pathTo } from './match.ts';

test('a path finds its page and its parameters', () => {
  assert.deepEqual(matchRoute('/containers/2/web.1'), {
    name: 'container',
    params: { hostId: '2', name: 'web.1' },
  });
  assert.deepEqual(matchRoute('/'), { name: 'today', params: {} });
});

test('the new-schedule page is not taken for a schedule with the ID new', () => {
  assert.equal(matchRoute('/schedules/new')?.name, 'newSchedule');
  assert.equal(matchRoute('/schedules/7')?.name, 'schedule');
});

test('an unknown path and a broken escape find nothing', () => {
  assert.equal(matchRoute('/nothing/here'), null);
  assert.equal(matchRoute('/runs/%E0%A4%A'), null);
});

test('a trailing slash does not matter', () => {
  assert.equal(matchRoute('/runs/')?.name, 'runs');
});

test('an address escapes its parameters and drops empty query values', () => {
  assert.equal(pathTo('container', { hostId: 1, name: 'a/b c' }), '/containers/1/a%2Fb%20c');
  assert.equal(pathTo('runs', {}, { outcome: 'failed', origin: '', host: null }), '/runs?outcome=failed');
});
