import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { GroupCommit, openDatabase } from './index.ts';

test('between the commits of a long queue everything else has its turn', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-commits-'));
  const { db, close } = await openDatabase(join(directory, 'chrontainer.db'), 0);
  t.after(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  const commits = new GroupCommit(db);
  // More than two transactions full.
  const writings = Array.from({ length: 401 }, (_, i) =>
    commits.write(async (trx) => {
      await sql`INSERT INTO settings (key, value, updated_at) VALUES (${`key ${i}`}, '', 0)`.execute(trx);
    }),
  );
  const order: string[] = [];
  const first = writings[0]?.then(() => setImmediate(() => order.push('something else')));
  const last = writings.at(-1)?.then(() => order.push('the last commit'));
  await Promise.all([first, last, ...writings]);
  assert.deepEqual(order, ['something else', 'the last commit']);
});
