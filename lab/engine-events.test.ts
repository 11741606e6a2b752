import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from './engine.ts';
import { privateEngine } from './engine.ts';
import { afterAllSoFar } from './engine-events.ts';

let engine: LabEngine;
before(async () => {
  engine = await privateEngine();
});
after(() => engine.close());

test('what has happened before an instant is no event after it, also in the same millisecond', async () => {
  for (let i = 0; i < 8; i++) {
    await engine.run(`early-${i}`, { cmd: ['sleep', '1000'] });
    const since = await afterAllSoFar();
    await engine.run(`late-${i}`, { start: false });
    assert.deepEqual(
      (await engine.events(since)).map(({ action, name }) => `${action} ${name}`),
      [`create late-${i}`],
    );
  }
});
