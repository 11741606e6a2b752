import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeZone, Zone, zoneOf } from './zone.ts';

test('IANA zones are accepted, links and fixed offsets of the database included', () => {
  const names = ['Europe/Berlin', 'UTC', 'GMT', 'Etc/GMT+5', 'US/Eastern', 'Asia/Calcutta', 'EST5EDT'];
  assert.deepEqual(
    names.filter((name) => !isTimeZone(name)),
    [],
  );
  assert.deepEqual(
    Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name)),
    [],
  );
});

test('what is no zone, an offset, or a name in other capitals is not accepted', () => {
  const names = [
    '',
    ' ',
    'Europe',
    'Europe/Nowhere',
    'europe/berlin',
    'utc',
    '+02:00',
    '-05',
    'Z',
    'UTC+2',
    'Europe/Berlin ',
    '[UTC]',
    '../UTC',
  ];
  assert.deepEqual(names.filter(isTimeZone), []);
});

test('a stretch begins with the instant of a clock change and ends before the next', () => {
  const zone = new Zone('Europe/Berlin');
  const spring = Date.UTC(2027, 2, 28, 1);
  const autumn = Date.UTC(2027, 9, 31, 1);
  assert.deepEqual(zone.at(spring), { start: spring, end: autumn, offset: 7_200_000 });
  assert.deepEqual(zone.at(autumn - 1), zone.at(spring));
  assert.equal(zone.at(spring - 1).offset, 3_600_000);
  assert.equal(zone.at(spring - 1).end, spring);
});

test('a zone that never changes is one stretch', () => {
  const whole = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY, offset: 0 };
  assert.deepEqual(new Zone('UTC').at(Date.UTC(2027, 0, 1)), whole);
});

test('a zone answers the same after more lookups than it keeps', () => {
  const zone = new Zone('Europe/Berlin');
  const summers = Array.from({ length: 60 }, (_, i) => Date.UTC(1990 + i, 6, 1));
  const first = summers.map((at) => zone.at(at));
  assert.deepEqual(
    summers.map((at) => zone.at(at)),
    first,
  );
});

test('after the clock went back, the mark is where it had come to before', () => {
  const zone = new Zone('Europe/Berlin');
  const change = Date.UTC(2027, 9, 31, 1);
  assert.equal(zone.markBefore(zone.at(change)), Date.UTC(2027, 9, 31, 3));
});

test('an unknown zone is an error, not UTC', () => {
  assert.throws(() => zoneOf('Europe/Nowhere'), RangeError);
});
