import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { Settings as SettingsDocument } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { Settings, settingsRoutes } from './index.ts';

const defaults = {
  timeZone: 'Europe/Berlin',
  isPaused: false,
  windows: [],
  keepRunsDays: 90,
  keepRunsPerSchedule: 10_000,
  keepOutputDays: 30,
  keepActivityDays: 365,
  backupHour: 3,
  keepBackups: 7,
  allowPrivateAddresses: false,
  checkUpdates: true,
  checkUpdatesEveryMs: 6 * 3_600_000,
};
const told: SettingsDocument[] = [];
let scenario: Scenario;
let settings: Settings;
before(async () => {
  scenario = await openScenario({
    routes: async (rooms) => {
      settings = await Settings.open({ ...rooms, defaults });
      return settingsRoutes(settings);
    },
  });
  scenario.bus.on('settings.changed', (document) => told.push(document));
});
after(() => scenario.close());

const path = '/api/v1/settings';
testTable(
  () => scenario,
  [
    { name: 'are nothing for strangers', as: 'nobody', call: `GET ${path}`, status: 401 },
    {
      name: 'begin with the defaults',
      as: 'viewer',
      call: `GET ${path}`,
      status: 200,
      check: ({ json }) => assert.deepEqual(json, defaults),
    },
    {
      name: 'are not a viewer’s to change',
      as: 'viewer',
      call: `PATCH ${path}`,
      body: { timeZone: 'UTC' },
      status: 403,
    },
    { name: 'are not an operator’s to change', as: 'operator', call: `PATCH ${path}`, body: {}, status: 403 },
    {
      name: 'refuse a zone that does not exist, with its name and the remedy',
      as: 'admin',
      call: `PATCH ${path}`,
      body: { timeZone: 'Europe/Nowhere' },
      status: 400,
      faults: ['timeZone'],
      check: (reply) => assert.match(problemOf(reply).detail, /"Europe\/Nowhere".*Europe\/Berlin/),
    },
    { name: 'refuse an offset', as: 'admin', call: `PATCH ${path}`, body: { timeZone: '+01:00' }, status: 400 },
    {
      name: 'refuse what they do not know',
      as: 'admin',
      call: `PATCH ${path}`,
      body: { tz: 'UTC' },
      status: 400,
      faults: ['tz'],
    },
    {
      name: 'take a zone, tell it and record it',
      as: 'admin',
      call: `PATCH ${path}`,
      body: { timeZone: 'Asia/Kolkata' },
      status: 200,
      check: async ({ json }, { activity }) => {
        assert.deepEqual(json, { ...defaults, timeZone: 'Asia/Kolkata' });
        assert.equal(settings.timeZone, 'Asia/Kolkata');
        assert.deepEqual(told, [json]);
        const { items } = await activity.list(v.parse(activityQuery, { limit: '1' }));
        assert.deepEqual(
          [items[0]?.action, items[0]?.actor.name, items[0]?.message],
          ['settings.update', 'admin', 'timeZone: Europe/Berlin → Asia/Kolkata'],
        );
      },
    },
  ],
);

test('a change that changes nothing is not recorded or told', async () => {
  told.length = 0;
  const reply = await scenario.ask('admin', `PATCH ${path}`, { body: { timeZone: 'Asia/Kolkata' } });
  assert.equal(reply.status, 200);
  assert.deepEqual(told, []);
});

test('what was set survives a start; what no longer holds gives way to the default', async () => {
  assert.equal((await Settings.open({ ...scenario, defaults })).timeZone, 'Asia/Kolkata');
  await scenario.db.updateTable('settings').set({ value: '"Gone/Zone"' }).where('key', '=', 'timeZone').execute();
  assert.equal((await Settings.open({ ...scenario, defaults })).timeZone, 'Europe/Berlin');
});

test('two changes at the same time are both kept', async () => {
  const actor = { kind: 'user', id: 1, name: 'ada', address: null } as const;
  await Promise.all([settings.update({ isPaused: true }, actor), settings.update({ keepRunsDays: 30 }, actor)]);
  assert.deepEqual([settings.document.isPaused, settings.document.keepRunsDays], [true, 30]);
});
