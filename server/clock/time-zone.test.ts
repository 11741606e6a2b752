import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeZone } from './index.ts';

test('names of the IANA database are time zones; offsets, rules and inventions are not', () => {
  for (const name of ['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata']) {
    assert.equal(isTimeZone(name), true, name);
  }
  for (const name of ['', '+01:00', 'Europe/Nowhere', 'CET-1CEST', '2026-01-01T00:00Z[UTC]', '../etc']) {
    assert.equal(isTimeZone(name), false, name);
  }
});
