import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import { executeAtOnce } from './dialect.ts';
import type { Tables } from './tables/index.ts';

/** Stands for a value in a query that is compiled before there is one. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built once and then asked with other values: what is written of every run is the same few statements,
 * and building one takes longer than SQLite takes to carry it out. In a transaction it is carried out at once.
 * @param build makes the query of the values, which it may only pass on: they are not there yet. All calls give the
 *   same names, `null` where there is no value.
 */
export const statement = <Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
): ((db: Kysely<Tables>, values: Values) => Promise<QueryResult<Row>>) => {
  let compiled: CompiledQuery<Row> | undefined;
  return async (db, values) => {
    compiled ??= build(db, slotsFor(values)).compile();
    const bound = (parameter: unknown) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter;
    const parameters = compiled.parameters.map(bound);
    const atOnce = db.isTransaction ? executeAtOnce<Row>(db, { sql: compiled.sql, parameters }) : null;
    return atOnce ?? db.executeQuery({ ...compiled, parameters });
  };
};

const slotsFor = <Values extends object>(values: Values): Values =>
  Object.fromEntries(Object.keys(values).map((name) => [name, new Slot(name)])) as Values;
