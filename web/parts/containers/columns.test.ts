import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Columns } from './columns.ts';
import { cellCount, fittingColumns } from './columns.ts';

const all: Columns = { check: true, stack: true, host: true, tags: true, image: true, ports: true, usage: true };
const namesOf = (columns: Columns) => Object.entries(columns).flatMap(([name, isThere]) => (isThere ? [name] : []));

test('in a window of 1440 pixels a list without groups has all but the ports', () => {
  // 208 of the rail, 40 of the edges and 15 of the scroll bar.
  const shown = fittingColumns(all, 1440 - 208 - 40 - 15);
  assert.deepEqual(namesOf(shown), ['check', 'stack', 'host', 'tags', 'image', 'usage']);
  assert.equal(cellCount(shown), 12);
});

test('what the grouping says already makes room for ports', () => {
  const shown = fittingColumns({ ...all, stack: false, host: false }, 1177);
  assert.deepEqual(namesOf(shown), ['check', 'tags', 'image', 'ports', 'usage']);
});

test('in a narrower window host, image and usage are kept before stack, tags and ports', () => {
  assert.deepEqual(namesOf(fittingColumns(all, 1000)), ['check', 'host', 'image', 'usage']);
});

test('a wide window has every column, and a phone none that can be left out', () => {
  assert.deepEqual(fittingColumns(all, 1600), all);
  assert.deepEqual(namesOf(fittingColumns(all, 358)), ['check']);
});

test('what is not wanted has no column however much room there is', () => {
  assert.equal(fittingColumns({ ...all, ports: false }, 3000).ports, false);
});
