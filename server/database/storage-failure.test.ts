import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { GroupCommit, isStorageFailure, openDatabase } from './index.ts';

test('a full disk is known as one by its error, and the same writing succeeds once there is room', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-full-'));
  const { db, close } = await openDatabase(join(directory, 'chrontainer.db'), 0);
  t.after(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  const commits = new GroupCommit(db);
  const write = () =>
    commits.write(async (trx) => {
      const value = 'x'.repeat(500_000);
      await sql`INSERT INTO settings (key, value, updated_at) VALUES ('large', ${value}, 0)`.execute(trx);
    });
  // To SQLite a file that may not grow is a full disk.
  await sql`PRAGMA max_page_count = 1`.execute(db);
  await assert.rejects(write(), (error: Error) => {
    assert.equal(error.message, 'database or disk is full');
    return isStorageFailure(error);
  });
  await sql`PRAGMA max_page_count = 100000`.execute(db);
  await write();
});

test('an error that time does not heal is no failure of the disk', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-full-'));
  const { db, close } = await openDatabase(join(directory, 'chrontainer.db'), 0);
  t.after(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });
  await assert.rejects(sql`SELECT * FROM nothing`.execute(db), (error) => !isStorageFailure(error));
  assert.equal(isStorageFailure(new Error('any')), false);
});
