import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Selector } from '../../../contract/index.ts';
import { scheduleInput } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { scenarioCaller } from '../../scenario-caller.ts';
import { ada, on, Stage } from '../../stage.ts';

let engine: LabEngine;
let stage: Stage;

before(async () => {
  engine = await privateEngine();
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db', tier: 'data' };
  await engine.run('shop-db', { labels });
  await engine.run('other');
  stage = await Stage.open(engine.url);
  await stage.rooms.tags.create({ name: 'nightly', color: '#2f81d0', rules: [] }, ada);
  await stage.rooms.tags.setTags(stage.rooms.hosts.findContainer(1, 'shop-db'), ['nightly'], ada);
});
after(async () => {
  await stage.close();
  await engine.close();
});

const make = (name: string, targets: Selector[], trigger: object = { kind: 'manual' }) =>
  stage.rooms.schedules.create(
    v.parse(scheduleInput, { name, trigger, steps: [{ action: 'restart', targets }] }),
    scenarioCaller,
  );
const reaching = (container: string) =>
  stage.rooms.schedules
    .reaching(stage.rooms.hosts.findContainer(1, container), scenarioCaller.rights)
    .map(({ name, by }) => `${name}: ${by}`)
    .sort();

test('a schedule means a container by its name, or among others by whatever fits it now', async () => {
  await make('named', on('shop-db'));
  await make('both', [{ hostId: 1, all: true }, ...on('shop-db')]);
  await make('all', [{ hostId: 1, all: true }]);
  await make('tag', [{ tag: 'nightly' }]);
  await make('stack', [{ hostId: 1, stack: 'shop' }]);
  await make('service', [{ hostId: 1, stack: 'shop', service: 'web' }]);
  await make('label', [{ label: 'tier', value: 'data' }]);
  await make('other label', [{ label: 'tier', value: 'front' }]);
  await make('pattern', [{ hostId: 1, namePattern: 'shop-*' }]);
  await make('another', on('other'));
  await make('its end', on('other'), { kind: 'event', event: 'died', source: [{ tag: 'nightly' }] });
  assert.deepEqual(reaching('shop-db'), [
    'all: selector',
    'both: name',
    'its end: selector',
    'label: selector',
    'named: name',
    'pattern: selector',
    'stack: selector',
    'tag: selector',
  ]);
  assert.deepEqual(reaching('other'), ['all: selector', 'another: name', 'both: selector', 'its end: name']);
});

test('what has the tag no longer is not meant by it any more', async () => {
  await stage.rooms.tags.setTags(stage.rooms.hosts.findContainer(1, 'shop-db'), [], ada);
  assert.ok(!reaching('shop-db').includes('tag: selector'));
});
