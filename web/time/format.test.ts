import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotParts, TimeFormat } from './format.ts';

const now = Date.parse('2026-11-23T08:43:05.000Z');
const hour = 3_600_000;
const lisbon = new TimeFormat('Europe/Lisbon', 'Europe/Lisbon');

test('a time of today is the clock alone, one of another day names it', () => {
  assert.equal(lisbon.near(now, now), '08:43');
  assert.equal(lisbon.near(now - 10 * hour, now), 'yesterday 22:43');
  assert.equal(lisbon.near(now + 20 * hour, now), 'tomorrow 04:43');
  assert.match(lisbon.near(now + 72 * hour, now), /Thu/);
  assert.match(lisbon.near(now - 400 * hour, now), /6 Nov|Nov 6/);
});

test('midnight is 00:00 and not 24:00', () => {
  assert.equal(lisbon.clock(Date.parse('2026-11-23T00:00:00.000Z')), '00:00');
});

test('the zone is named only where it is not the reader’s', () => {
  assert.doesNotMatch(lisbon.absolute(now), /Lisbon/);
  assert.match(new TimeFormat('Europe/Lisbon', 'Asia/Tokyo').absolute(now), /\(Europe\/Lisbon\)/);
});

test('a slot’s local time is taken apart without leaving its zone', () => {
  const parts = slotParts('2026-11-24T07:30:00-05:00[America/New_York]', now);
  assert.equal(parts?.time, '07:30');
  assert.equal(parts?.seconds, '00');
  assert.equal(slotParts('2026-11-24T07:30:05Z[UTC]', now)?.seconds, '05');
  assert.equal(parts?.offset, '−05:00');
  assert.equal(parts?.zone, 'America/New_York');
  assert.match(parts?.day ?? '', /Tue/);
  assert.doesNotMatch(parts?.day ?? '', /2026/);
  assert.match(slotParts('2027-03-01T00:00:00Z[UTC]', now)?.day ?? '', /2027/);
  assert.equal(slotParts('soon'), null);
});

test('instants in a text of the server are written as people write them', () => {
  const format = new TimeFormat('UTC', 'UTC');
  const said = format.inText('go on at 2026-11-23T08:43:05.000Z; then 2026-11-23T09:00Z.');
  assert.equal(said, `go on at ${format.absolute(now)}; then ${format.absolute(now + 16 * 60_000 + 55_000)}.`);
});
