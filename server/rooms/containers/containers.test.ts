import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../contract/index.ts';
import { TestClock } from '../../clock/index.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import { Containers } from './containers.ts';

const row = (hostId: number, n: number): Container => ({
  hostId,
  id: String(n).padStart(64, '0'),
  name: `container-${String(n).padStart(5, '0')}`,
  image: 'nginx:1',
  imageId: 'sha256:0',
  state: 'running',
  health: n % 10 === 0 ? 'unhealthy' : 'healthy',
  status: 'Up 1 second',
  exitCode: null,
  oomKilled: false,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ipAddresses: [],
  ports: [],
  stack: `stack-${n % 7}`,
  service: null,
  labels: {},
  sharesWith: [],
  tags: [{ name: n % 2 === 0 ? 'even' : 'odd', color: '#000000', label: null }],
  webUrl: null,
  webUrlSource: null,
  updateAvailable: null,
  stale: false,
  isSelf: false,
});

const { rights: everything } = scenarioCaller;
const never = () => assert.fail('the picture is enough');
const roomOf = (rows: Container[]) =>
  new Containers(
    { containersByHost: () => [rows], findContainer: never, engine: never },
    new TestClock(Date.parse('2026-01-01T03:00:00Z')),
  );
const tenThousand = [1, 2, 3, 4, 5].flatMap((hostId) => Array.from({ length: 2000 }, (_, n) => row(hostId, n)));

test('pages cover all of ten thousand containers once, in order', () => {
  const room = roomOf(tenThousand);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = room.page({ limit: 700, cursor }, everything);
    seen.push(...page.items.map((c) => `${c.hostId} ${c.name}`));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  assert.deepEqual(
    seen,
    tenThousand.map((c) => `${c.hostId} ${c.name}`),
  );
});

test('a page goes on behind a container that is gone', () => {
  const rows = tenThousand.slice(0, 10);
  const { nextCursor } = roomOf(rows).page({ limit: 5 }, everything);
  const page = roomOf(rows.filter((_, n) => n !== 4)).page({ limit: 5, cursor: nextCursor ?? undefined }, everything);
  assert.equal(page.items[0]?.name, 'container-00005');
});

test('the filters hold together', () => {
  const { items } = roomOf(tenThousand).page(
    {
      limit: 1000,
      host: 3,
      status: 'unhealthy',
      stack: 'stack-0',
      tag: 'even',
    },
    everything,
  );
  assert.ok(items.length > 0);
  assert.ok(items.every((c) => c.hostId === 3 && c.health === 'unhealthy' && c.stack === 'stack-0'));
});

test('the words for the state are those of now, not of when it was seen', () => {
  assert.equal(roomOf(tenThousand).page({ limit: 1 }, everything).items[0]?.status, 'Up 3 hours (unhealthy)');
});
