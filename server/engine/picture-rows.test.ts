import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bus } from '../bus/index.ts';
import { readInspectedContainer } from './inspection.ts';
import { rowOfInspection } from './picture-row.ts';
import { PictureRows } from './picture-rows.ts';

const row = (id: string, name: string, state = 'running') =>
  rowOfInspection(1, readInspectedContainer({ Id: id.padEnd(64, '0'), Name: `/${name}`, State: { Status: state } }), 0);

const rowsWithTold = () => {
  const told: string[] = [];
  const bus = new Bus((error) => {
    throw error;
  });
  bus.on('container.changed', ({ name, state }) => told.push(`${name} ${state}`));
  bus.on('container.removed', ({ name }) => told.push(`${name} removed`));
  const rows = new PictureRows(bus, (row) => {
    row.isSelf = row.name === 'me';
  });
  return { rows, told };
};

test('a name means exactly that name, never a part of one', () => {
  const { rows } = rowsWithTold();
  rows.put(row('aa01', 'mydb'));
  rows.put(row('aa02', 'db'));
  assert.equal(rows.find('db')?.name, 'db');
  assert.equal(rows.find('my'), undefined);
});

test('an ID may be cut short down to four digits, as long as it means one container', () => {
  const { rows } = rowsWithTold();
  rows.put(row('aa01', 'one'));
  rows.put(row('aa0123', 'two'));
  assert.equal(rows.find('aa0123')?.name, 'two');
  assert.equal(rows.find('aa0')?.name, undefined);
  assert.equal(rows.find('aa01'.padEnd(64, '0'))?.name, 'one');
  assert.throws(() => rows.find('aa01'), { code: 'CHR_AMBIGUOUS' });
});

test('a name that looks like an ID comes first', () => {
  const { rows } = rowsWithTold();
  rows.put(row('cafe', 'one'));
  rows.put(row('dddd', 'cafe'));
  assert.equal(rows.find('cafe')?.id, 'dddd'.padEnd(64, '0'));
});

test('a container that takes over a name keeps it when the old one goes', () => {
  const { rows } = rowsWithTold();
  rows.put(row('0001', 'web'));
  rows.put(row('0002', 'web'));
  rows.remove('0001'.padEnd(64, '0'));
  assert.equal(rows.byName('web')?.id, '0002'.padEnd(64, '0'));
  assert.equal(rows.all().length, 1);
});

test('only a change is told, and the passing of time is none', () => {
  const { rows, told } = rowsWithTold();
  rows.put({ ...row('0001', 'web'), status: 'Up 1 hour' });
  rows.put({ ...row('0001', 'web'), status: 'Up 2 hours' });
  rows.put(row('0001', 'web', 'paused'));
  rows.put(row('0001', 'shop', 'paused'));
  rows.remove('0001'.padEnd(64, '0'));
  rows.remove('0001'.padEnd(64, '0'));
  assert.deepEqual(told, ['web running', 'web paused', 'shop paused', 'shop removed']);
  assert.equal(rows.byName('web'), undefined);
});

test('our own container is marked, and rows come by name', () => {
  const { rows } = rowsWithTold();
  for (const [id, name] of [['0001', 'me'] as const, ['0002', 'Zoo'] as const, ['0003', 'app'] as const]) {
    rows.put(row(id, name));
  }
  assert.deepEqual(
    rows.all().map((c) => [c.name, c.isSelf]),
    [
      ['Zoo', false],
      ['app', false],
      ['me', true],
    ],
  );
});

test('what is known anew of one container is told of that one alone', () => {
  const told: string[] = [];
  const bus = new Bus((error) => {
    throw error;
  });
  let color = '#111111';
  const rows = new PictureRows(bus, (row) => {
    row.tags = [{ name: 'web', color, label: null }];
  });
  rows.put(row('aa01', 'db'));
  rows.put(row('aa02', 'web'));
  bus.on('container.changed', ({ name, tags }) => told.push(`${name} ${tags[0]?.color}`));
  rows.relearn('db');
  color = '#222222';
  rows.relearn('db');
  rows.relearn('gone');
  assert.deepEqual(told, ['db #222222']);
  rows.relearn();
  assert.deepEqual(told, ['db #222222', 'web #222222']);
});
