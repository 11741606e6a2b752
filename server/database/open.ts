import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { Migrator } from 'kysely/migration';
import { nodeSqliteDialect } from './dialect.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Tables } from './tables/index.ts';

/** The database, typed by its tables. */
export type Database = Kysely<Tables>;

export interface OpenDatabase {
  db: Database;
  /** The names of the migrations that this start applied. */
  applied: string[];
  /** Where the file was copied before it was migrated; null when there was nothing to migrate or to lose. */
  backupFile: string | null;
  close(): Promise<void>;
}

/**
 * Opens the SQLite file, making it if there is none, and brings its tables up to date. Before a migration of a
 * database that holds something the file is copied beside itself.
 * @throws when the file is damaged, not writable, or made by a newer version of the program.
 */
export const openDatabase = async (
  file: string,
  nowMs: number,
  migrations: Record<string, Migration> = allMigrations,
): Promise<OpenDatabase> => {
  mkdirSync(dirname(file), { recursive: true });
  const existed = hasContent(file);
  const sqlite = new DatabaseSync(file, { timeout: 5000 });
  try {
    prepareConnection(sqlite);
    if (existed) checkIntegrity(sqlite, file);
    const db: Database = new Kysely<Tables>({ dialect: nodeSqliteDialect(sqlite) });
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const isBehind = (await migrator.getMigrations()).some((m) => m.executedAt === undefined);
    const backupFile = existed && isBehind ? await copyBeside(sqlite, file, nowMs) : null;
    const applied = await migrate(migrator);
    return { db, applied, backupFile, close: () => db.destroy() };
  } catch (error) {
    if (sqlite.isOpen) sqlite.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The database ${file} cannot be used: ${reason}`, { cause: error });
  }
};

const hasContent = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** FULL: a commit is on the disk before it is acknowledged; without it a power cut could lose a claim. */
const prepareConnection = (sqlite: DatabaseSync): void => {
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  // A page cache of 4 MB and no memory map: the footprint matters more than the last bit of read speed.
  sqlite.exec('PRAGMA cache_size = -4000; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;');
};

/** @throws when SQLite finds a damaged page */
const checkIntegrity = (sqlite: DatabaseSync, file: string): void => {
  const first = sqlite.prepare('PRAGMA quick_check(1)').get();
  const answer = first ? String(Object.values(first)[0]) : 'no answer';
  if (answer !== 'ok') {
    throw new Error(`it is damaged (${answer}); put back a copy from ${join(dirname(file), 'backups')}`);
  }
};

/** Copies by SQLite's own backup, which is whole whatever stands in the write-ahead log. */
const copyBeside = async (sqlite: DatabaseSync, file: string, nowMs: number): Promise<string> => {
  const stamp = new Date(nowMs).toISOString().replaceAll(':', '').replace(/\.\d+/, '');
  const folder = join(dirname(file), 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const copy = join(folder, `before-migration-${stamp}.db`);
  await backup(sqlite, copy);
  return copy;
};

/** Kysely runs all outstanding migrations in one transaction where the database can, as SQLite and PostgreSQL can. */
const migrate = async (migrator: Migrator): Promise<string[]> => {
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`a migration failed, nothing was changed (${reason})`, { cause: error });
  }
  return (results ?? []).map((r) => r.migrationName);
};
