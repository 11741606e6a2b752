import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeWindow } from '../../../contract/index.ts';
import type { Opening } from './windows.ts';
import { isOpen, nextOpening } from './windows.ts';

const at = (text: string) => Date.parse(text);
const opening = (windows: TimeWindow[], timeZone = 'UTC'): Opening[] => [{ windows, timeZone }];
const night: TimeWindow = { kind: 'allow', from: '22:00', to: '06:00' };

test('without windows everything may begin', () => {
  assert.equal(isOpen(opening([]), at('2026-11-23T12:00:00Z')), true);
});

test('an allowed window holds from its first minute up to its last', () => {
  const day = opening([{ kind: 'allow', from: '09:00', to: '17:00' }]);
  for (const [text, open] of [
    ['2026-11-23T08:59:59Z', false],
    ['2026-11-23T09:00:00Z', true],
    ['2026-11-23T16:59:59Z', true],
    ['2026-11-23T17:00:00Z', false],
  ] as const) {
    assert.equal(isOpen(day, at(text)), open, text);
  }
});

test('a window over midnight belongs to the day on which it starts', () => {
  const friday = opening([{ ...night, days: ['fri'] }]);
  assert.equal(isOpen(friday, at('2026-11-27T23:00:00Z')), true);
  assert.equal(isOpen(friday, at('2026-11-28T05:59:00Z')), true);
  assert.equal(isOpen(friday, at('2026-11-27T05:59:00Z')), false);
  assert.equal(isOpen(friday, at('2026-11-28T23:00:00Z')), false);
});

test('a window from 00:00 to 00:00 is the whole day, and a blocked one wins over an allowed one', () => {
  const windows = opening([
    { kind: 'allow', from: '00:00', to: '00:00', days: ['mon', 'tue'] },
    { kind: 'block', from: '12:00', to: '13:00' },
  ]);
  assert.equal(isOpen(windows, at('2026-11-23T00:00:00Z')), true);
  assert.equal(isOpen(windows, at('2026-11-23T12:30:00Z')), false);
  assert.equal(isOpen(windows, at('2026-11-25T10:00:00Z')), false);
});

test('times of day are those of the zone, in summer and in winter', () => {
  const berlin = opening([{ kind: 'allow', from: '08:00', to: '09:00' }], 'Europe/Berlin');
  assert.equal(isOpen(berlin, at('2026-07-01T06:30:00Z')), true);
  assert.equal(isOpen(berlin, at('2026-12-01T06:30:00Z')), false);
  assert.equal(isOpen(berlin, at('2026-12-01T07:30:00Z')), true);
});

test('the next opening is the first instant at which all windows are open', () => {
  assert.equal(nextOpening(opening([night]), at('2026-11-23T12:00:00Z')), at('2026-11-23T22:00:00Z'));
  const both = [...opening([night]), ...opening([{ kind: 'block', from: '21:00', to: '23:30' }])];
  assert.equal(nextOpening(both, at('2026-11-23T12:00:00Z')), at('2026-11-23T23:30:00Z'));
  assert.equal(nextOpening(both, at('2026-11-23T23:45:00Z')), at('2026-11-23T23:45:00Z'));
});

test('an opening in the hour that DST leaves out comes at the end of the gap; what never opens has none', () => {
  const gap = opening([{ kind: 'allow', from: '02:30', to: '04:00' }], 'Europe/Berlin');
  assert.equal(nextOpening(gap, at('2026-03-29T00:00:00Z')), at('2026-03-29T01:30:00Z'));
  const never = opening([{ kind: 'block', from: '00:00', to: '00:00' }]);
  assert.equal(nextOpening(never, at('2026-11-23T12:00:00Z')), null);
});
