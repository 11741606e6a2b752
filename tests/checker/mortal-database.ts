import { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { Kysely, SqliteAdapter } from 'kysely';
import type { Database, Tables } from '../../server/database/index.ts';
import { nodeSqliteDialect } from '../../server/database/index.ts';
import type { Life } from './life.ts';

/**
 * Opens a database file for one life of the program: every query and every commit is a point at which it may die, and
 * what it had not committed then is gone, as SQLite rolls it back.
 * @param onCommit called when something is on the disk, before the program knows
 */
export const openMortal = (file: string, life: Life, onCommit: () => void): Database => {
  const sqlite = new DatabaseSync(file);
  // The process dies in these tests, not the machine: nothing is lost that was handed to the system.
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;');
  life.atEnd(() => sqlite.close());
  return new Kysely<Tables>({ dialect: mortalDialect(nodeSqliteDialect(sqlite), sqlite, life, onCommit) });
};

const mortalDialect = (whole: Dialect, sqlite: DatabaseSync, life: Life, onCommit: () => void): Dialect => ({
  // Not the program's own, by which the statements of a transaction would go past the points below.
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => whole.createIntrospector(db),
  createQueryCompiler: () => whole.createQueryCompiler(),
  createDriver: () => mortalDriver(whole.createDriver(), sqlite, life, onCommit),
});

/** Begin, commit and rollback are queries to the connection, too: it is enough to put oneself before that. */
const mortalDriver = (whole: Driver, sqlite: DatabaseSync, life: Life, onCommit: () => void): Driver => ({
  init: () => whole.init(),
  acquireConnection: async () => mortalConnection(await whole.acquireConnection(), sqlite, life, onCommit),
  beginTransaction: (connection, settings) => whole.beginTransaction(connection, settings),
  commitTransaction: (connection) => whole.commitTransaction(connection),
  rollbackTransaction: (connection) => whole.rollbackTransaction(connection),
  releaseConnection: (connection) => whole.releaseConnection(connection),
  destroy: async () => undefined,
});

const mortalConnection = (
  whole: DatabaseConnection,
  sqlite: DatabaseSync,
  life: Life,
  onCommit: () => void,
): DatabaseConnection => ({
  executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
    const isWritten = sqlite.isOpen && !sqlite.isTransaction && /^(insert|update|delete)\b/.test(query.sql);
    const isCommit = query.sql === 'commit' || isWritten;
    return life.through(isCommit ? 'commit' : 'query', async () => {
      const result = await whole.executeQuery<R>(query);
      if (isCommit) onCommit();
      return result;
    });
  },
  streamQuery: () => {
    throw new Error('the program streams no queries');
  },
});
