import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-database-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const now = Date.UTC(2026, 10, 23);

test('a new file gets all tables and no backup, and a second start migrates nothing', async () => {
  const file = join(folder, 'new', 'chrontainer.db');
  const first = await openDatabase(file, now);
  assert.deepEqual(first.applied, Object.keys(migrations));
  assert.equal(first.backupFile, null);
  await first.close();
  const second = await openDatabase(file, now);
  assert.deepEqual(second.applied, []);
  assert.equal(second.backupFile, null);
  await second.close();
});

test('a database that holds something is copied before it is migrated', async () => {
  const file = join(folder, 'grown.db');
  const first = await openDatabase(file, now);
  await first.db.insertInto('settings').values({ key: 'kept', value: '"yes"', updated_at: now }).execute();
  await first.close();
  const second = await openDatabase(file, now, {
    ...migrations,
    '9999-next': { up: async (db) => void (await sql`DELETE FROM settings`.execute(db)) },
  });
  assert.deepEqual(second.applied, ['9999-next']);
  assert.ok(second.backupFile);
  const copy = new DatabaseSync(second.backupFile, { readOnly: true });
  assert.deepEqual({ ...copy.prepare('SELECT key, value FROM settings').get() }, { key: 'kept', value: '"yes"' });
  copy.close();
  await second.close();
});

test('a migration that fails changes nothing and stops the start', async () => {
  const file = join(folder, 'failing.db');
  await (await openDatabase(file, now)).close();
  const failing = {
    ...migrations,
    '9999-next': {
      up: async (db: Parameters<NonNullable<(typeof migrations)[string]>['up']>[0]) => {
        await sql`CREATE TABLE half_done (id INTEGER)`.execute(db);
        throw new Error('no');
      },
    },
  };
  await assert.rejects(openDatabase(file, now, failing), /nothing was changed/);
  const sqlite = new DatabaseSync(file, { readOnly: true });
  assert.equal(sqlite.prepare("SELECT name FROM sqlite_master WHERE name = 'half_done'").get(), undefined);
  sqlite.close();
});

test('a database made by a newer version is refused, not touched', async () => {
  const file = join(folder, 'newer.db');
  await (await openDatabase(file, now, { ...migrations, '9999-newer': { up: () => Promise.resolve() } })).close();
  await assert.rejects(openDatabase(file, now));
});

test('a file that is no database stops the start with its name', async () => {
  const file = join(folder, 'damaged.db');
  writeFileSync(file, 'this is not a database, and long enough to have a header of its own'.repeat(100));
  await assert.rejects(openDatabase(file, now), /damaged\.db/);
});

test('an acknowledged write is synced to the disk: synchronous is FULL and the journal is a write-ahead log', async () => {
  const { db, close } = await openDatabase(join(folder, 'pragmas.db'), now);
  const mode = await sql<{ journal_mode: string }>`PRAGMA journal_mode`.execute(db);
  const synchronous = await sql<{ synchronous: number }>`PRAGMA synchronous`.execute(db);
  assert.equal(mode.rows[0]?.journal_mode, 'wal');
  assert.equal(synchronous.rows[0]?.synchronous, 2);
  await close();
});

test('backups stand in a folder of their own beside the file', () => {
  assert.ok(existsSync(join(folder, 'backups')));
  assert.ok(readdirSync(join(folder, 'backups')).every((name) => name.startsWith('before-migration-')));
});
