import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { settableClock } from './settable-clock.ts';

/** Tells its clocks each time it is asked. */
const teller = `process.stdin.on('data', () => console.log(Date.now(), require('node:os').uptime() * 1000))`;
const toleranceMs = 60_000;

test('the wall clock of a running process can be set, both ways, while the time since boot goes on', async (t) => {
  const clock = settableClock();
  const child = spawn(clock.runtime, ['-e', teller], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => {
    child.kill('SIGKILL');
    clock.close();
  });
  const lines = createInterface(child.stdout);
  const ask = async () => {
    child.stdin.write('?\n');
    const [line] = await once(lines, 'line');
    const [wall = 0, boot = 0] = String(line).split(' ').map(Number);
    return { ahead: wall - Date.now(), boot };
  };
  const first = await ask();
  assert.ok(Math.abs(first.ahead) < toleranceMs);
  clock.set(3600);
  assert.ok(Math.abs((await ask()).ahead - 3_600_000) < toleranceMs);
  clock.set(-3600);
  const last = await ask();
  assert.ok(Math.abs(last.ahead + 3_600_000) < toleranceMs);
  assert.ok(last.boot - first.boot < toleranceMs);
});
