import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  QueryExecutorProvider,
  QueryResult,
  SqliteDialectConfig,
} from 'kysely';
import { SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

/** How many prepared statements are kept: more than the program has texts of queries on any busy path. */
const keptStatements = 200;

/** Lets Kysely speak to Node's own SQLite: no native module to compile, and statements are prepared once. */
export const nodeSqliteDialect = (sqlite: DatabaseSync): Dialect => {
  const prepare = statementCache(sqlite);
  const database = {
    close: () => sqlite.close(),
    prepare: (sql: string) => {
      const { statement, isReader } = prepare(sql);
      return {
        reader: isReader,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
        iterate: (parameters: readonly unknown[]) =>
          statement.iterate(...(parameters as never[])) as IterableIterator<unknown>,
      };
    },
  };
  return {
    createAdapter: () => new NodeSqliteAdapter(prepare),
    createDriver: () => new ForgivingDriver({ database }, sqlite),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
};

/** After some failures, a full disk for one, SQLite has rolled back by itself; a second time would only hide the cause. */
class ForgivingDriver extends SqliteDriver {
  readonly #sqlite: DatabaseSync;

  constructor(config: SqliteDialectConfig, sqlite: DatabaseSync) {
    super(config);
    this.#sqlite = sqlite;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#sqlite.isTransaction) await super.rollbackTransaction(connection);
  }
}

/**
 * Carries out a query whose text is known already without Kysely's way to it, which has some ten promises to wait for and
 * takes longer than SQLite does. Only who is in a transaction may: the one connection is his. Null where the database is
 * opened by another dialect.
 */
export const executeAtOnce = <Row>(
  trx: QueryExecutorProvider,
  query: Pick<CompiledQuery<Row>, 'sql' | 'parameters'>,
): QueryResult<Row> | null => {
  const { adapter } = trx.getExecutor();
  if (!(adapter instanceof NodeSqliteAdapter)) return null;
  const { statement, isReader } = adapter.prepare(query.sql);
  const parameters = query.parameters as never[];
  if (isReader) return { rows: statement.all(...parameters) as Row[] };
  return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) };
};

/** SQLite rolls back tables and indexes like rows; Kysely's adapter is careful and says no, and would not wrap migrations. */
class NodeSqliteAdapter extends SqliteAdapter {
  readonly prepare: (sql: string) => Prepared;

  constructor(prepare: (sql: string) => Prepared) {
    super();
    this.prepare = prepare;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

interface Prepared {
  statement: StatementSync;
  /** Whether it answers rows; asking SQLite each time would cost as much as a small statement. */
  isReader: boolean;
}

const statementCache = (sqlite: DatabaseSync): ((sql: string) => Prepared) => {
  const kept = new Map<string, Prepared>();
  return (sql) => {
    const known = kept.get(sql);
    if (known) return known;
    const statement = sqlite.prepare(sql);
    const prepared = { statement, isReader: statement.columns().length > 0 };
    if (kept.size >= keptStatements) kept.delete(kept.keys().next().value ?? '');
    kept.set(sql, prepared);
    return prepared;
  };
};
