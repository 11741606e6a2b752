import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostReach } from '../../../contract/hosts.ts';
import { isReachShort, reachRows } from './reach-rows.ts';

const reach: HostReach = {
  askedAt: '2026-01-01T00:00:00.000Z',
  areas: [
    { area: 'containers', grant: 'observe', answer: 'allowed' },
    { area: 'usage', grant: 'observe', answer: 'unknown' },
    { area: 'kill', grant: 'operate', answer: 'refused' },
    { area: 'pull', grant: 'update', answer: 'allowed' },
  ],
};

test('what a connection keeps back is told by the grant that it belongs to', () => {
  assert.deepEqual(
    reachRows(reach).map(({ grant, refused, unknown }) => [grant, refused.length, unknown.length]),
    [
      ['observe', 0, 1],
      ['operate', 1, 0],
      ['update', 0, 0],
      ['exec', 0, 0],
    ],
  );
});

test('a connection falls short where the grants cover what it refuses, and not where nothing is known', () => {
  assert.equal(isReachShort(reach, ['observe', 'operate']), true);
  assert.equal(isReachShort(reach, ['observe', 'update']), false);
});
