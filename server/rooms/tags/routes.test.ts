import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, ContainerMarks, Page, Tag } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { CloserLook, Containers, containerRoutes } from '../containers/index.ts';
import { Hosts } from '../hosts/index.ts';
import { Tags, tagRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let engine: LabEngine;
let scenario: Scenario;
let hosts: Hosts;
const changed: string[] = [];

before(async () => {
  engine = await privateEngine();
  await engine.run('db', { labels: { 'chrontainer.tags': 'data, nobody-made-this' } });
  await engine.run('web', { labels: { tier: 'front' } });
  scenario = await openScenario({
    routes: async ({ db, bus, activity }) => {
      const tags = await Tags.open({ db, activity });
      const parts = {
        db,
        bus,
        secrets: scenarioSecrets,
        clock: systemClock,
        log,
        ownContainerId: null,
        connect: connectEngine,
      };
      hosts = new Hosts({ ...parts, localUrl: engine.url, marksOf: tags.marksOf });
      tags.onChange((of) => hosts.relearn(of));
      await hosts.start();
      await waitUntil('both started', 20_000, 10, () => hosts.containers().filter((c) => c.startedAt).length === 2);
      bus.on('container.changed', ({ name }) => changed.push(name));
      return [
        ...tagRoutes({ tags, hosts }),
        ...containerRoutes(
          new Containers(hosts, systemClock),
          new CloserLook(hosts, { reaching: () => [] }, { updateOf: () => assert.fail('nobody looks closer here') }),
        ),
      ];
    },
  });
});
after(async () => {
  await hosts.stop();
  await scenario.close();
  await engine.close();
});

const tags = '/api/v1/tags';
const web = '/api/v1/hosts/1/containers/web';
const tagsOf = (name: string) => hosts.byName(1, name)?.tags.map((tag) => tag.name);
const labelsOf = (name: string) => hosts.byName(1, name)?.tags.map((tag) => tag.label);
const isTag =
  (wanted: Partial<Tag>) =>
  ({ json }: Reply) =>
    assert.deepEqual({ ...(json as Tag), ...wanted }, json);
const listed = (query: string, ...names: string[]) => ({
  name: `finds ${names.join(' and ') || 'nothing'}`,
  as: 'viewer',
  call: `GET /api/v1/containers?${query}`,
  status: 200,
  check: ({ json }: Reply) =>
    assert.deepEqual(
      (json as Page<Container>).items.map((c) => c.name),
      names,
    ),
});

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call: `GET ${tags}`, status: 401 },
    { name: 'is not for an operator', as: 'operator', call: `POST ${tags}`, body: { name: 'x' }, status: 403 },
    {
      name: 'names all faults at once',
      as: 'admin',
      call: `POST ${tags}`,
      body: { name: 'a,b', color: 'red', rules: [{ label: '' }], size: 1 },
      status: 400,
      faults: ['name', 'color', 'rules.0.label', 'size'],
    },
    {
      name: 'makes one that a label has named already',
      as: 'admin',
      call: `POST ${tags}`,
      body: { name: 'data', color: '#aa0000' },
      status: 201,
      check: (reply) => {
        isTag({ id: 1, name: 'data', color: '#aa0000', rules: [] })(reply);
        assert.deepEqual(tagsOf('db'), ['data']);
        assert.deepEqual(labelsOf('db'), ['chrontainer.tags']);
        assert.deepEqual(changed, ['db'], 'the change is told of what it touches alone');
      },
    },
    { name: 'refuses a second of a name', as: 'admin', call: `POST ${tags}`, body: { name: 'data' }, status: 409 },
    {
      name: 'takes hostile text as it is',
      as: 'admin',
      call: `POST ${tags}`,
      body: { name: '<img src=x onerror=alert(1)>', rules: [{ label: 'tier', value: 'front' }] },
      status: 201,
      check: () => assert.deepEqual(tagsOf('web'), ['<img src=x onerror=alert(1)>']),
    },
    {
      name: 'changes name and rule, and every row with it',
      as: 'admin',
      call: `PATCH ${tags}/2`,
      body: { name: 'front', rules: [{ label: 'tier' }] },
      status: 200,
      check: (reply) => {
        isTag({ name: 'front', containers: 1 })(reply);
        assert.deepEqual(tagsOf('web'), ['front']);
      },
    },
    { name: 'is no tag', as: 'admin', call: `PATCH ${tags}/9`, body: { name: 'z' }, status: 404 },
    { name: 'is taken', as: 'admin', call: `PATCH ${tags}/2`, body: { name: 'data' }, status: 409 },
    { name: 'is refused to a viewer', as: 'viewer', call: `PUT ${web}/tags`, body: { tags: [] }, status: 403 },
    {
      name: 'refuses tags that do not exist',
      as: 'operator',
      call: `PUT ${web}/tags`,
      body: { tags: ['data', 'nope'] },
      status: 400,
      faults: ['tags.1'],
    },
    {
      name: 'gives a tag beside the one by label',
      as: 'operator',
      call: `PUT ${web}/tags`,
      body: { tags: ['data'] },
      status: 200,
      check: ({ json }) => {
        assert.deepEqual((json as ContainerMarks).tags, ['data']);
        assert.deepEqual(tagsOf('web'), ['data', 'front']);
        assert.deepEqual(labelsOf('web'), [null, 'tier']);
      },
    },
    {
      name: 'names the rule that is at fault, and the field in it',
      as: 'admin',
      call: `PATCH ${tags}/2`,
      body: { rules: [{ label: 'tier' }, { label: '  ', value: 'x'.repeat(1001) }] },
      status: 400,
      faults: ['rules.1.label', 'rules.1.value'],
    },
    {
      name: 'refuses more than twenty rules',
      as: 'admin',
      call: `PATCH ${tags}/2`,
      body: { rules: Array.from({ length: 21 }, (_, n) => ({ label: `l${n}` })) },
      status: 400,
      faults: ['rules'],
    },
    {
      name: 'takes a tag by label from a container when its value is another',
      as: 'admin',
      call: `PATCH ${tags}/2`,
      body: { rules: [{ label: 'tier', value: 'back' }] },
      status: 200,
      check: (reply) => {
        isTag({ containers: 0, rules: [{ label: 'tier', value: 'back' }] })(reply);
        assert.deepEqual(tagsOf('web'), ['data']);
      },
    },
    {
      name: 'gives it back when one of several rules fits, to what it is given to by hand as well',
      as: 'admin',
      call: `PATCH ${tags}/1`,
      body: { rules: [{ label: 'absent' }, { label: ' tier ', value: 'front' }] },
      status: 200,
      check: (reply) => {
        isTag({ rules: [{ label: 'absent' }, { label: 'tier', value: 'front' }] })(reply);
        assert.deepEqual([tagsOf('web'), labelsOf('web')], [['data'], ['tier']]);
      },
    },
    { name: 'takes all rules away', as: 'admin', call: `PATCH ${tags}/1`, body: { rules: [] }, status: 200 },
    { name: 'gives it anew', as: 'admin', call: `PATCH ${tags}/2`, body: { rules: [{ label: 'tier' }] }, status: 200 },
    listed('tag=data', 'db', 'web'),
    listed('label=tier', 'web'),
    listed('label=tier%3Dback'),
    listed('label=constructor'),
    ...['javascript:alert(1)', 'ftp://x/', 'https://', 'x'].map((webUrl) => ({
      name: `refuses ${webUrl}`,
      as: 'operator',
      call: `PUT ${web}/web-url`,
      body: { webUrl },
      status: 400,
      faults: ['webUrl'],
    })),
    { name: 'is not for a viewer', as: 'viewer', call: `PUT ${web}/web-url`, body: { webUrl: null }, status: 403 },
    {
      name: 'is shown in the row',
      as: 'operator',
      call: `PUT ${web}/web-url`,
      body: { webUrl: 'https://web.example/' },
      status: 200,
      check: () => {
        const { webUrl, webUrlSource } = hosts.findContainer(1, 'web');
        assert.deepEqual({ webUrl, webUrlSource }, { webUrl: 'https://web.example/', webUrlSource: 'set' });
      },
    },
    { name: 'is not for a viewer', as: 'viewer', call: `PUT ${web}/notes`, body: { notes: 'x' }, status: 403 },
    { name: 'is on no such container', as: 'operator', call: `PUT ${web}x/notes`, body: { notes: 'x' }, status: 404 },
    { name: 'keeps notes', as: 'operator', call: `PUT ${web}/notes`, body: { notes: 'ask Ada first' }, status: 200 },
    {
      name: 'shows what was written',
      as: 'viewer',
      call: `GET ${web}/marks`,
      status: 200,
      check: ({ json }) =>
        assert.deepEqual(json, { tags: ['data'], webUrl: 'https://web.example/', notes: 'ask Ada first' }),
    },
  ],
);

test('what was written stays with the name when the container is made anew, and across a restart', async () => {
  await engine.remove('web');
  await waitUntil('web is gone', 20_000, 10, () => hosts.byName(1, 'web') === undefined);
  await engine.run('web');
  await waitUntil('web is back', 20_000, 10, () => hosts.byName(1, 'web') !== undefined);
  assert.deepEqual(tagsOf('web'), ['data']);
  const again = await Tags.open(scenario);
  assert.deepEqual(again.written({ hostId: 1, container: 'web' }), {
    tags: ['data'],
    webUrl: 'https://web.example/',
    notes: 'ask Ada first',
  });
});

test('a tag that is deleted is gone from every container', async () => {
  assert.equal((await scenario.ask('viewer', `DELETE ${tags}/1`)).status, 403);
  assert.equal((await scenario.ask('admin', `DELETE ${tags}/1`)).status, 204);
  assert.deepEqual([tagsOf('db'), tagsOf('web')], [[], []]);
  const { json } = await scenario.ask('viewer', `GET ${tags}`);
  assert.deepEqual(
    (json as Page<Tag>).items.map(({ name, containers }) => [name, containers]),
    [['front', 0]],
  );
});

test('what moves to a name that has something written keeps both', async () => {
  const known = await Tags.open(scenario);
  const web = hosts.findContainer(1, 'web');
  const actor = { kind: 'system', id: null, name: 'Chrontainer', address: null } as const;
  await known.setNotes({ ...web, name: 'other' }, 'the older', actor);
  await known.move({ hostId: 1, container: 'web' }, { hostId: 1, container: 'other' }, actor);
  assert.equal(known.written({ hostId: 1, container: 'web' }).notes, '');
  const moved = (await Tags.open(scenario)).written({ hostId: 1, container: 'other' });
  assert.deepEqual(moved, { tags: [], webUrl: 'https://web.example/', notes: 'the older\n\nask Ada first' });
});
