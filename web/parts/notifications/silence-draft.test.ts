import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { silence, silenceInput } from '../../../contract/silences.ts';
import { newSilence, silenceDraftOf, silencedWords, silenceInputOf } from './silence-draft.ts';

const names = { host: (id: number) => `host ${id}`, schedule: (id: number) => `schedule ${id}` };
const draft = { ...newSilence(), reason: ' New disks ', until: '2026-11-27T07:30' };

test('a maintenance begins now where no time is given, and its times are those of the instance', () => {
  const sent = silenceInputOf(draft, 'Europe/Berlin');
  const reason = 'New disks';
  assert.deepEqual(sent, v.parse(silenceInput, { reason, until: '2026-11-27T06:30:00.000Z' }));
  const later = silenceInputOf({ ...draft, from: '2026-11-27T06:00' }, 'Europe/Berlin');
  assert.equal(later.from, '2026-11-27T05:00:00.000Z');
});

test('a time that is missing is left for the server to refuse', () => {
  const sent = silenceInputOf({ ...draft, until: '' }, 'UTC');
  assert.equal(v.safeParse(silenceInput, sent).success, false);
});

test('a silence that is edited keeps what its form does not show, and its times to the second', () => {
  const times = { from: '2026-11-26T21:00:12.345Z', until: '2026-11-27T06:30:00.000Z' };
  const input = v.parse(silenceInput, { ...times, reason: 'x', hosts: [2], subjects: ['run.failed/4'] });
  const stored = v.parse(silence, { ...input, id: 1, createdBy: 'ada', createdAt: times.from });
  const draft = silenceDraftOf(stored, 'Europe/Berlin');
  assert.deepEqual([draft.from, draft.until], ['2026-11-26T22:00', '2026-11-27T07:30']);
  assert.deepEqual(silenceInputOf(draft, 'Europe/Berlin', stored), input);
  const longer = silenceInputOf({ ...draft, until: '2026-11-27T08:00' }, 'Europe/Berlin', stored);
  assert.deepEqual([longer.from, longer.until], [times.from, '2026-11-27T07:00:00.000Z']);
});

test('a silence says in words of what nothing is told', () => {
  const of = (changes: object) => {
    const input = v.parse(silenceInput, { reason: 'x', until: '2026-11-27T06:30:00.000Z', ...changes });
    const rest = { id: 1, from: input.until, createdBy: 'ada', createdAt: input.until };
    return silencedWords(v.parse(silence, { ...input, ...rest }), names);
  };
  assert.equal(of({}), 'Everything');
  assert.equal(of({ hosts: [2], stacks: ['shop'] }), 'Everything, on host 2, in the stack shop');
  assert.equal(of({ events: ['run.failed'], schedules: [4] }), 'Failed runs, of schedule 4');
  assert.equal(of({ subjects: ['run.failed/4'] }), 'Only this, when it happens again');
});
