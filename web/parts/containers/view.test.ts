import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContainer } from './testing.ts';
import type { View } from './view.ts';
import { grouped, queryOf, viewFrom, visible } from './view.ts';

const facts = { hostName: (id: number) => (id === 1 ? 'nas' : 'vps'), nextAt: () => null };
const plain = viewFrom(new URLSearchParams());
const some = [
  aContainer({ name: 'jellyfin', stack: 'media' }),
  aContainer({ name: 'caddy', hostId: 2, stack: 'edge', image: 'caddy:2' }),
  aContainer({ name: 'old', state: 'exited', exitCode: 1 }),
];
const names = (view: Partial<View>) => visible([...some], { ...plain, ...view }, facts).map((one) => one.name);

test('a view goes into the address and comes back the same', () => {
  const view: View = {
    q: 'web & co',
    host: 2,
    state: 'trouble',
    stack: 'a/b',
    tag: 'night & day',
    group: 'none',
    sort: 'next',
    isDescending: true,
  };
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(queryOf(view))) if (value !== null) query.set(key, value);
  assert.deepEqual(viewFrom(query), view);
});

test('defaults stay out of the address, and nonsense in it counts as not given', () => {
  assert.deepEqual(queryOf(plain), {
    q: null,
    host: null,
    state: null,
    stack: null,
    tag: null,
    group: null,
    sort: null,
  });
  assert.deepEqual(viewFrom(new URLSearchParams('host=x&group=planet&sort=-colour&state=odd')), {
    ...plain,
    isDescending: true,
  });
});

test('the search looks at name, image, stack, host and state, and wants all words', () => {
  assert.deepEqual(names({ q: 'VPS caddy' }), ['caddy']);
  assert.deepEqual(names({ q: 'media caddy' }), []);
});

test('trouble is what crashed, is unhealthy or unknown', () => {
  assert.deepEqual(names({ state: 'trouble' }), ['old']);
  assert.deepEqual(names({ state: 'running' }), ['caddy', 'jellyfin']);
});

test('groups are sorted by title and the nameless one is last', () => {
  const groups = grouped(visible([...some], plain, facts), plain, facts);
  assert.deepEqual(
    groups.map((group) => group.title),
    ['edge · vps', 'media · nas', ''],
  );
});

test('by tag a container is in the group of each of its tags, and what has none is last', () => {
  const [night, media] = ['night', 'media'].map((name) => ({ name, color: '#888888', label: null }));
  assert.ok(night && media);
  const known = [
    aContainer({ name: 'db' }),
    aContainer({ name: 'web', tags: [night, media] }),
    aContainer({ name: 'job', tags: [night] }),
  ];
  const groups = (view: Partial<View>) =>
    grouped(known, { ...plain, group: 'tag', ...view }, facts).map(({ title, items }) => [
      title,
      ...items.map((one) => one.name),
    ]);
  assert.deepEqual(groups({}), [
    ['media', 'web'],
    ['night', 'web', 'job'],
    ['', 'db'],
  ]);
  assert.deepEqual(groups({ tag: 'media' })[0], ['media', 'web']);
});

test('a tag leaves only what has it', () => {
  const tags = [{ name: 'night', color: '#888888', label: 'tier' }];
  const known = [aContainer({ name: 'web', tags }), aContainer({ name: 'db' })];
  const shown = (tag: string) => visible([...known], { ...plain, tag }, facts).map((one) => one.name);
  assert.deepEqual([shown('night'), shown('nigh')], [['web'], []]);
});
