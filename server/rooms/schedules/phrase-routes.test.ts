import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { PhraseReading } from '../../../contract/index.ts';
import type { Rooms } from '../../assembly/index.ts';
import { createRooms } from '../../assembly/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Reply, Scenario } from '../../scenario.ts';
import { openScenario, problemOf, testTable } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { scheduleRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
let scenario: Scenario;
let rooms: Rooms;

before(async () => {
  scenario = await openScenario({
    routes: async (ground) => {
      const local = { localUrl: 'unix:///nowhere.sock', timeZone: 'UTC', ownContainerId: null };
      rooms = await createRooms({ ...ground, ...local, log, connect: connectEngine, secrets: scenarioSecrets });
      await rooms.start();
      return scheduleRoutes(rooms);
    },
  });
});
after(async () => {
  await rooms.stop(0);
  await scenario.close();
});

const call = 'POST /api/v1/schedules/read';
const readingOf = ({ json }: Reply) => json as PhraseReading;

testTable(
  () => scenario,
  [
    { name: 'is refused to nobody', as: 'nobody', call, body: { text: 'weekdays 7:30' }, status: 401 },
    {
      name: 'tells a viewer the trigger, its words and its next five slots in the zone of the instance',
      as: 'viewer',
      call,
      body: { text: 'weekdays 7:30' },
      status: 200,
      check: (reply) => {
        const { trigger, description, timeZone, slots, warnings } = readingOf(reply);
        assert.deepEqual(trigger, { kind: 'cron', expression: '30 7 * * MON-FRI' });
        assert.equal(description, 'At 07:30, Monday to Friday');
        assert.deepEqual([timeZone, slots.length, warnings], ['UTC', 5, []]);
        assert.equal(slots[0]?.local, '2026-11-24T07:30:00+00:00[UTC]');
      },
    },
    {
      name: 'gives a rule the zone that is asked for',
      as: 'viewer',
      call,
      body: { text: 'daily 3am', timeZone: 'Europe/Berlin' },
      status: 200,
      check: (reply) => {
        const { trigger, timeZone, slots } = readingOf(reply);
        assert.deepEqual(trigger, { kind: 'cron', expression: '0 3 * * *', timeZone: 'Europe/Berlin' });
        assert.deepEqual([timeZone, slots[0]?.scheduledFor], ['Europe/Berlin', '2026-11-24T02:00:00.000Z']);
      },
    },
    {
      name: 'reads tomorrow by the clock of the zone that is asked for',
      as: 'operator',
      call,
      body: { text: 'tomorrow 8:00', timeZone: 'Asia/Tokyo' },
      status: 200,
      check: (reply) => {
        const { trigger, slots } = readingOf(reply);
        assert.deepEqual(trigger, { kind: 'once', at: '2026-11-23T23:00:00.000Z' });
        assert.deepEqual(
          slots.map((slot) => slot.local),
          ['2026-11-24T08:00:00+09:00[Asia/Tokyo]'],
        );
      },
    },
    {
      name: 'tells what one expression cannot say among the warnings',
      as: 'viewer',
      call,
      body: { text: 'every 15 minutes from 9 to 17' },
      status: 200,
      check: (reply) => assert.match(readingOf(reply).warnings.join(), /^The last slot is at 16:45/),
    },
    {
      name: 'makes an interval of what cron cannot say',
      as: 'viewer',
      call,
      body: { text: 'every 90 minutes' },
      status: 200,
      check: (reply) => assert.deepEqual(readingOf(reply).trigger, { kind: 'interval', everyMs: 5_400_000 }),
    },
    {
      name: 'says what is not understood, and what would be',
      as: 'viewer',
      call,
      body: { text: 'weekdays at sunrise' },
      status: 400,
      code: 'CHR_INVALID_INPUT',
      faults: ['text'],
      check: (reply) => assert.match(problemOf(reply).detail, /"sunrise" is not understood: write for example/),
    },
    { name: 'wants a text', as: 'viewer', call, body: { text: '  ' }, status: 400, faults: ['text'] },
    {
      name: 'names all faults at once',
      as: 'admin',
      call,
      body: { text: 'a'.repeat(201), timeZone: 'Mars/Phobos' },
      status: 400,
      faults: ['text', 'timeZone'],
    },
    {
      name: 'wants to know nothing else',
      as: 'viewer',
      call,
      body: { text: '7:30', at: 1 },
      status: 400,
      faults: ['at'],
    },
  ],
);
