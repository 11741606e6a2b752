import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetText, startOfDay, toInstant, toLocal } from './zone.ts';

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

test('a local time becomes the instant of its zone, summer and winter', () => {
  assert.equal(iso(toInstant('2026-11-24T07:30', 'Europe/Berlin')), '2026-11-24T06:30:00.000Z');
  assert.equal(iso(toInstant('2026-07-24T07:30', 'Europe/Berlin')), '2026-07-24T05:30:00.000Z');
});

test('a time that the spring change leaves out moves on by the gap', () => {
  assert.equal(iso(toInstant('2026-03-29T02:30', 'Europe/Berlin')), '2026-03-29T01:30:00.000Z');
});

test('a time that the autumn change repeats is the first of the two', () => {
  assert.equal(iso(toInstant('2026-10-25T02:30', 'Europe/Berlin')), '2026-10-25T00:30:00.000Z');
});

test('an instant becomes the value of a date field and comes back', () => {
  const at = Date.parse('2026-11-24T06:30:00.000Z');
  assert.equal(toLocal(at, 'Asia/Kathmandu'), '2026-11-24T12:15');
  assert.equal(toInstant(toLocal(at, 'Asia/Kathmandu'), 'Asia/Kathmandu'), at);
});

test('half a date is no time', () => {
  assert.equal(toInstant('', 'UTC'), null);
  assert.equal(toInstant('2026-11-24T', 'UTC'), null);
});

test('a day starts at its own midnight, and offsets are written with minutes', () => {
  const at = Date.parse('2026-11-23T23:30:00.000Z');
  assert.equal(iso(startOfDay(at, 'Europe/Berlin')), '2026-11-23T23:00:00.000Z');
  assert.equal(offsetText(at, 'Asia/Kolkata'), '+05:30');
  assert.equal(offsetText(at, 'America/New_York'), '−05:00');
});
