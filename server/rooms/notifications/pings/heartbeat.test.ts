import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../../clock/index.ts';
import { createLogger } from '../../../log/index.ts';
import type { Pulse } from './heartbeat.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Signalled } from './requests.ts';
import type { PingRow } from './store.ts';

const row = (more: Partial<PingRow> = {}): PingRow => ({
  id: 1,
  schedule_id: null,
  kind: 'healthchecks',
  url: '',
  enabled: 1,
  every_ms: 30_000,
  created_at: 0,
  last_at: null,
  last_signal: null,
  last_ok: null,
  last_answer: null,
  ...more,
});
const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });

/** A heartbeat whose signals are kept. */
const beating = (of: PingRow, pulse: Pulse) => {
  const clock = new TestClock();
  const sent: Signalled[] = [];
  const send = async (_row: PingRow, signalled: Signalled) => sent.push(signalled);
  const state = { pulse };
  const heartbeat = new Heartbeat({ clock, log, send, row: () => of, pulse: () => state.pulse });
  return { clock, sent, state, heartbeat };
};
const alive: Pulse = { isAwake: true, trouble: null };

test('it beats at once, and then at its interval', async () => {
  const { clock, sent, heartbeat } = beating(row(), alive);
  heartbeat.start();
  for (let i = 0; i < 10; i += 1) await clock.advance(30_000);
  assert.equal(sent.length, 11);
  heartbeat.stop();
  await clock.advance(300_000);
  assert.equal(sent.length, 11);
});

test('a scheduler that hangs is not vouched for, and one that claims nothing is told with the reason', async () => {
  const { clock, sent, state, heartbeat } = beating(row(), alive);
  heartbeat.start();
  state.pulse = { isAwake: false, trouble: null };
  await clock.advance(90_000);
  assert.equal(sent.length, 1);
  state.pulse = { isAwake: true, trouble: 'the clock is wrong' };
  await clock.advance(30_000);
  assert.deepEqual(
    [sent.at(-1)?.signal, sent.at(-1)?.body],
    ['fail', 'The scheduler claims nothing: the clock is wrong'],
  );
});

test('an address that only waits for a call gets none while something is wrong', async () => {
  const { clock, sent, heartbeat } = beating(row({ kind: 'address' }), { isAwake: true, trouble: 'full disk' });
  heartbeat.start();
  await clock.advance(60_000);
  assert.equal(sent.length, 0);
});

test('one that is switched off does not beat', async () => {
  const { clock, sent, heartbeat } = beating(row({ enabled: 0 }), alive);
  heartbeat.start();
  await clock.advance(60_000);
  assert.equal(sent.length, 0);
});
