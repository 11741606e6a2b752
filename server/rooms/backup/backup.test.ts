import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import * as v from 'valibot';
import type { BackupResult } from '../../../contract/index.ts';
import { activityQuery } from '../../../contract/index.ts';
import { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import { openDatabase, quickCheck } from '../../database/index.ts';
import { createLogger } from '../../log/index.ts';
import { ada } from '../../stage.ts';
import { ActivityLog } from '../activity/index.ts';
import { Backups } from './index.ts';

const dayMs = 86_400_000;
const firstMs = Date.parse('2026-11-26T12:00:00Z');

/** A clock that is set by hand. */
const clockAt = (ms: number): Clock & { nowMs: number } => {
  const clock = { ...systemClock, nowMs: ms };
  return Object.assign(clock, { now: () => clock.nowMs });
};

interface Play {
  /** Where `backups/` is to be; default: a directory on the usual disk. */
  directory?: string;
  hour?: number | null;
  keep?: number;
}

const open = async (t: TestContext, { directory, hour = 3, keep = 7 }: Play = {}) => {
  const place = directory ?? mkdtempSync(join(tmpdir(), 'chrontainer-backup-'));
  if (directory === undefined) t.after(() => rmSync(place, { recursive: true, force: true }));
  const databaseFile = join(place, 'chrontainer.db');
  const database = await openDatabase(databaseFile, firstMs);
  t.after(() => database.close());
  const clock = clockAt(firstMs);
  const bus = new Bus((error) => {
    throw error;
  });
  const ended: BackupResult[] = [];
  bus.on('backup.ended', (result) => ended.push(result));
  const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
  const activity = new ActivityLog({ db: database.db, bus, clock });
  const document = { backupHour: hour, keepBackups: keep, timeZone: 'Europe/Berlin' };
  const settings = { document } as ConstructorParameters<typeof Backups>[0]['settings'];
  const backups = new Backups({ databaseFile, clock, bus, log, activity, settings });
  return { place, backups, clock, ended, activity, db: database.db, folder: join(place, 'backups'), document };
};

test('a copy holds what was written until then, is read through, and is for the program’s user alone', async (t) => {
  const { backups, folder, db, activity } = await open(t);
  const row = { key: 'proof', value: '"here"', updated_at: 1 };
  await db.insertInto('settings').values(row).execute();
  const copy = await backups.makeNow(ada);
  assert.match(copy.name, /^by-hand-2026-11-26T120000Z\.db$/);
  const path = join(folder, copy.name);
  assert.deepEqual(
    [await quickCheck(path), statSync(path).mode & 0o777, statSync(folder).mode & 0o777],
    ['ok', 0o600, 0o700],
  );
  rmSync(join(folder, '../restored.db'), { force: true });
  const restored = await openDatabase(path, firstMs);
  const found = await restored.db.selectFrom('settings').select('value').where('key', '=', 'proof').executeTakeFirst();
  await restored.close();
  assert.equal(found?.value, '"here"');
  const [entry] = (await activity.list(v.parse(activityQuery, { limit: '1' }))).items;
  assert.deepEqual([entry?.action, entry?.actor.name, entry?.result], ['backup.create', 'ada', 'ok']);
});

test('while others write all the time a copy is made all the same, and is whole', async (t) => {
  const { backups, db, folder } = await open(t);
  let isOver = false;
  let written = 0;
  const writing = (async () => {
    while (!isOver) {
      written += 1;
      await db
        .insertInto('settings')
        .values({ key: `k${written}`, value: '1', updated_at: 1 })
        .execute();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const copy = await backups.makeNow(ada);
  isOver = true;
  await writing;
  assert.ok(written > 0);
  assert.equal(await quickCheck(join(folder, copy.name)), 'ok');
});

test('the daily copy is made at its hour by the instance’s clock, once, and at the first look where there is none', async (t) => {
  const { backups, clock, document } = await open(t);
  await backups.lookNow();
  await backups.lookNow();
  const names = () => backups.list().items.map(({ name }) => name);
  assert.deepEqual(names(), ['daily-2026-11-26T120000Z.db']);
  assert.equal(backups.list().nextAt, '2026-11-27T02:00:00.000Z', '03:00 in Berlin');
  clock.nowMs = Date.parse('2026-11-27T01:59:59Z');
  await backups.lookNow();
  assert.equal(names().length, 1);
  clock.nowMs = Date.parse('2026-11-27T02:00:00Z');
  await backups.lookNow();
  await backups.lookNow();
  assert.deepEqual(names(), ['daily-2026-11-27T020000Z.db', 'daily-2026-11-26T120000Z.db']);
  document.backupHour = null;
  clock.nowMs += 10 * dayMs;
  await backups.lookNow();
  assert.deepEqual([names().length, backups.list().nextAt], [2, null]);
});

test('of each kind the newest are kept, those before migrations for a month besides, and nothing else is touched', async (t) => {
  const { backups, clock, folder } = await open(t, { keep: 2 });
  mkdirSync(folder, { recursive: true });
  const migrations = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-11-20'].map(
    (day) => `before-migration-${day}T000000Z.db`,
  );
  for (const name of [...migrations, 'mine.db', 'daily-2026-01-01T000000Z.db.part'])
    writeFileSync(join(folder, name), '');
  await backups.makeNow(ada);
  for (let day = 0; day < 4; day += 1) {
    await backups.lookNow();
    clock.nowMs += dayMs;
  }
  assert.deepEqual(readdirSync(folder).sort(), [
    'before-migration-2026-01-03T000000Z.db',
    'before-migration-2026-11-20T000000Z.db',
    'by-hand-2026-11-26T120000Z.db',
    'daily-2026-11-28T120000Z.db',
    'daily-2026-11-29T120000Z.db',
    'mine.db',
  ]);
});

test('on a full disk no copy is made and none is lost, it is told, and tried again an hour later', async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'chrontainer-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  t.after(() => {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
  });
  const { backups, ended, folder, clock } = await open(t, { directory: disk, keep: 1 });
  await backups.lookNow();
  const ballast = join(disk, 'ballast');
  assert.throws(() => writeFileSync(ballast, Buffer.alloc(16 * 2 ** 20)), { code: 'ENOSPC' });
  clock.nowMs += dayMs;
  await backups.lookNow();
  assert.deepEqual([ended.at(-1)?.ok, backups.last?.ok], [false, false]);
  assert.match(backups.last?.message ?? '', /full|ENOSPC|no space/i);
  assert.deepEqual(
    readdirSync(folder),
    ['daily-2026-11-26T120000Z.db'],
    'nothing half made is left, and the old one stays',
  );
  await backups.lookNow();
  assert.equal(ended.length, 2, 'not again at once');
  await assert.rejects(backups.makeNow(ada), { code: 'CHR_CONFLICT' });
  rmSync(ballast);
  clock.nowMs += 3_600_000;
  await backups.lookNow();
  assert.equal(backups.last?.ok, true);
  assert.deepEqual(readdirSync(folder), ['daily-2026-11-27T130000Z.db']);
});

test('where the directory cannot be made, the reason is told', async (t) => {
  const { backups, folder, ended } = await open(t);
  writeFileSync(folder, 'in the way');
  await assert.rejects(backups.makeNow(ada), /EEXIST|ENOTDIR/);
  assert.equal(ended.at(-1)?.ok, false);
  assert.ok(existsSync(folder));
});

test('a name that is no copy’s finds nothing, wherever it points', async (t) => {
  const { backups } = await open(t);
  for (const name of ['../chrontainer.db', 'daily-2026-01-01T000000Z.db', '']) {
    assert.throws(() => backups.get(name), { code: 'CHR_NOT_FOUND' });
  }
});
