import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule } from '../../../contract/schedules.ts';
import { draftOf, emptyDraft, inputOf, triggerOf } from './draft.ts';
import { aSchedule } from './testing.ts';

const zone = 'Europe/Lisbon';

function roundTrip(schedule: Schedule) {
  const { name, enabled, trigger, steps, policies } = schedule;
  assert.deepEqual(inputOf(draftOf(schedule, zone), zone), { name, enabled, trigger, steps, policies });
}

test('a schedule that is opened and saved unchanged stays the same', () => {
  roundTrip(aSchedule());
  roundTrip(aSchedule({ trigger: { kind: 'cron', expression: '5 4 * * 0', timeZone: 'Asia/Tokyo', dst: 'skip' } }));
  roundTrip(aSchedule({ trigger: { kind: 'once', at: '2026-12-24T18:00:00.000Z' } }));
  roundTrip(aSchedule({ trigger: { kind: 'interval', everyMs: 5_400_000, anchor: '2026-11-01T00:00:00.000Z' } }));
  roundTrip(aSchedule({ trigger: { kind: 'manual' } }));
});

test('what the editor does not show comes back untouched', () => {
  roundTrip(aSchedule({ trigger: { kind: 'after', scheduleId: 3, on: 'success' } }));
  roundTrip(
    aSchedule({
      steps: [
        {
          action: 'kill',
          targets: [{ label: 'tier', value: 'front' }],
          options: { signal: 'SIGHUP' },
          onFailure: 'continue',
          timeoutMs: 90_000,
          retries: 2,
          waitFor: 'healthy',
        },
        { action: 'start', targets: [{ stack: 'media' }] },
      ],
      policies: {
        ...aSchedule().policies,
        catchUp: 'all',
        catchUpLimit: 3,
        startDeadlineMs: 600_000,
        overlap: 'allow',
        onNoMatch: 'skip',
      },
    }),
  );
});

test('a moment is read in the zone of the schedule', () => {
  const draft = { ...emptyDraft(), kind: 'once' as const, onceAt: '2026-07-01T09:00', timeZone: 'Asia/Tokyo' };
  assert.deepEqual(triggerOf(draft, zone), { kind: 'once', at: '2026-07-01T00:00:00.000Z' });
});

test('the default zone and DST rule are not written into the schedule', () => {
  assert.deepEqual(triggerOf(emptyDraft(), zone), { kind: 'cron', expression: '0 3 * * *' });
});
