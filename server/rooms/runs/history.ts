import type { ExpressionBuilder, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Page, Run, RunQuery, RunSummary, Step } from '../../../contract/index.ts';
import type { Database, RunTargetsTable, Tables } from '../../database/index.ts';
import type { Note, StateBefore } from '../actions/index.ts';
import { attemptOfRow, runOfRow, targetOfRow } from './rows.ts';
import type { AttemptRecord, Plan, RunRecord, RunWithTargets, TargetRecord } from './run.ts';
import { presentRun } from './run.ts';

/** A run that was not over when the program ended, with the attempts whose outcome nobody saw. */
export interface OpenRun extends RunWithTargets {
  dispatched: AttemptRecord[];
}

/** A minute of a schedule that is due each second has sixty runs; more is not what anybody asks about. */
const mostDuring = 200;

/** SQLite takes 32,766 parameters in a statement; after an outage more runs than that may be open. */
const idsPerQuery = 500;

/** How many runs a page with a text looks through: what they wrote is not indexed. */
const lookedThrough = 3_000;

/** A container that a run acted on, as it was before. */
export interface Touched extends Pick<TargetRecord, 'hostId' | 'container'> {
  before: StateBefore;
}

/** An attempt whose step was over before the engine was done with it. */
export interface OutlivedAttempt extends Pick<TargetRecord, 'position' | 'hostId' | 'container'> {
  runId: string;
  stepIndex: number;
  step: Step;
  note: Note;
}

/** Reads what the ledger wrote. */
export class History {
  #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The run of that ID; undefined when there is none. */
  async get(id: string): Promise<Run | undefined> {
    const row = await this.#db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) return undefined;
    const [run] = await this.#withTargets([runOfRow(row)]);
    return run ? presentRun(run) : undefined;
  }

  /**
   * Runs that fit the query, newest first. With a text in it a page looks through a bounded number of runs.
   * @param mayReadOutput whether the text is looked for in what the runs wrote, too
   */
  async list(query: RunQuery, mayReadOutput = true): Promise<Page<Run>> {
    const among = query.q ? await this.#candidates(query) : null;
    const rows = await this.#db
      .selectFrom('runs')
      .selectAll()
      .where((eb) => eb.and(conditions(eb, query)))
      .$if(among !== null, (rows) =>
        rows.where('id', '>=', among?.oldest ?? '').where(mentions(query.q ?? '', mayReadOutput)),
      )
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const page = rows.slice(0, query.limit).map(runOfRow);
    const items = (await this.#withTargets(page)).map(presentRun);
    const further = among?.hasMore ? among.oldest : null;
    return { items, nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : further };
  }

  /** How far back a page with a text looks, by the ID of the oldest run of it. */
  async #candidates(query: RunQuery): Promise<{ oldest: string; hasMore: boolean }> {
    const ids = await this.#db
      .selectFrom('runs')
      .select('id')
      .where((eb) => eb.and(conditions(eb, query)))
      .orderBy('id', 'desc')
      .limit(lookedThrough)
      .execute();
    return { oldest: ids.at(-1)?.id ?? '', hasMore: ids.length === lookedThrough };
  }

  /** The runs of a schedule that were due, made or under way in [fromMs, toMs), oldest first. */
  async during(scheduleId: number, fromMs: number, toMs: number): Promise<Run[]> {
    const rows = await this.#db
      .selectFrom('runs')
      .selectAll()
      .where('schedule_id', '=', scheduleId)
      .where((eb) =>
        eb.or([
          eb.and([eb('scheduled_for', '>=', fromMs), eb('scheduled_for', '<', toMs)]),
          eb.and([
            eb('created_at', '<', toMs),
            eb.or([eb('finished_at', '>=', fromMs), eb('finished_at', 'is', null)]),
          ]),
        ]),
      )
      .orderBy('id')
      .limit(mostDuring)
      .execute();
    return (await this.#withTargets(rows.map(runOfRow))).map(presentRun);
  }

  /** The last runs of each schedule, oldest first, at most `count` of each. */
  async recent(scheduleIds: readonly number[], count: number): Promise<Map<number, RunSummary[]>> {
    const found = new Map<number, RunSummary[]>();
    for (const scheduleId of scheduleIds) {
      const rows = await this.#db
        .selectFrom('runs')
        .select(['id', 'outcome', 'scheduled_for', 'started_at', 'finished_at'])
        .where('schedule_id', '=', scheduleId)
        .orderBy('id', 'desc')
        .limit(count)
        .execute();
      found.set(scheduleId, rows.reverse().map(summaryOfRow));
    }
    return found;
  }

  /** The runs that are not over, oldest first: what recovery goes through at the start. */
  async open(): Promise<OpenRun[]> {
    const rows = await this.#db
      .selectFrom('runs')
      .selectAll()
      .where('outcome', 'in', ['pending', 'running'])
      .orderBy('id')
      .execute();
    const runs = await this.#withTargets(rows.map(runOfRow));
    return Promise.all(runs.map(async (run) => ({ ...run, dispatched: await this.#dispatched(run.record.id) })));
  }

  /** The attempts that an engine is still at, as far as anybody knows, although their steps are over. */
  async outlived(): Promise<OutlivedAttempt[]> {
    const rows = await this.#db
      .selectFrom('attempts')
      .innerJoin('run_targets', (join) =>
        join
          .onRef('run_targets.run_id', '=', 'attempts.run_id')
          .onRef('run_targets.step', '=', 'attempts.step')
          .onRef('run_targets.position', '=', 'attempts.position'),
      )
      .innerJoin('runs', 'runs.id', 'attempts.run_id')
      .select(['attempts.run_id', 'attempts.step', 'attempts.position', 'attempts.note'])
      .select(['run_targets.host_id', 'run_targets.container', 'runs.plan'])
      // As a literal: SQLite takes the index of these few for nothing else.
      .where('attempts.phase', '=', sql.lit('outlived'))
      .execute();
    return rows.flatMap(({ run_id: runId, step: stepIndex, position, host_id: hostId, container, ...row }) => {
      const step = (JSON.parse(row.plan) as Plan).steps[stepIndex];
      const note = JSON.parse(row.note) as Note;
      return step ? [{ runId, stepIndex, position, step, hostId, container, note }] : [];
    });
  }

  /** The containers that a run's steps acted on, in that order, each as it was before the first of them. */
  async touched(runId: string, steps: number): Promise<Touched[]> {
    const rows = await this.#db
      .selectFrom('attempts')
      .innerJoin('run_targets', (join) =>
        join
          .onRef('run_targets.run_id', '=', 'attempts.run_id')
          .onRef('run_targets.step', '=', 'attempts.step')
          .onRef('run_targets.position', '=', 'attempts.position'),
      )
      .select(['run_targets.host_id', 'run_targets.container', 'attempts.note'])
      .where('attempts.run_id', '=', runId)
      .where('attempts.step', '<', steps)
      .orderBy('attempts.step')
      // Before the time: a clock that was set back between two attempts would make the second one the first.
      .orderBy('attempts.attempt')
      .orderBy('attempts.dispatched_at')
      .execute();
    const found = new Map<string, Touched>();
    for (const { host_id: hostId, container, note } of rows) {
      const { before } = JSON.parse(note) as Note;
      const key = `${hostId}/${container}`;
      if (before && !found.has(key)) found.set(key, { hostId, container, before });
    }
    return [...found.values()];
  }

  async #dispatched(runId: string): Promise<AttemptRecord[]> {
    const rows = await this.#db
      .selectFrom('attempts')
      .selectAll()
      .where('run_id', '=', runId)
      .where('phase', '=', 'dispatched')
      .execute();
    return rows.map(attemptOfRow);
  }

  #targetsOf(runIds: string[]): Promise<Selectable<RunTargetsTable>[]> {
    return this.#db
      .selectFrom('run_targets')
      .selectAll()
      .where('run_id', 'in', runIds)
      .orderBy('step')
      .orderBy('position')
      .execute();
  }

  async #withTargets(records: RunRecord[]): Promise<RunWithTargets[]> {
    const ids = records.map((record) => record.id);
    const rows: Selectable<RunTargetsTable>[] = [];
    for (let i = 0; i < ids.length; i += idsPerQuery)
      rows.push(...(await this.#targetsOf(ids.slice(i, i + idsPerQuery))));
    const byRun = Map.groupBy(rows, (row) => row.run_id);
    return records.map((record) => ({ record, targets: (byRun.get(record.id) ?? []).map(targetOfRow) }));
  }
}

const summaryOfRow = (row: {
  id: string;
  outcome: string;
  scheduled_for: number | null;
  started_at: number | null;
  finished_at: number | null;
}): RunSummary => {
  const text = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: row.id,
    outcome: row.outcome as RunSummary['outcome'],
    scheduledFor: text(row.scheduled_for),
    startedAt: text(row.started_at),
    finishedAt: text(row.finished_at),
  };
};

const conditions = (eb: ExpressionBuilder<Tables, 'runs'>, query: RunQuery) => {
  const when = <T>(value: T | undefined, condition: (value: T) => ReturnType<typeof eb.and>) =>
    value === undefined ? [] : [condition(value)];
  return [
    ...when(query.cursor, (id) => eb.and([eb('id', '<', id)])),
    ...when(query.schedule, (id) => eb.and([eb('schedule_id', '=', id)])),
    ...when(query.outcome, (outcome) => eb.and([eb('outcome', '=', outcome)])),
    ...when(query.origin, (origin) => eb.and([eb('origin', '=', origin)])),
    ...when(query.from, (from) => eb.and([eb(dueAt, '>=', Date.parse(from))])),
    ...when(query.to, (to) => eb.and([eb(dueAt, '<', Date.parse(to))])),
    ...(query.host === undefined && query.container === undefined ? [] : [touches(eb, query)]),
  ];
};

/** What a run is filed under: its slot, or when it was made. */
const dueAt = sql<number>`coalesce(scheduled_for, created_at)`;

const touches = (eb: ExpressionBuilder<Tables, 'runs'>, { host, container }: RunQuery) => {
  let targets = eb
    .selectFrom('run_targets')
    .select('run_targets.run_id')
    .whereRef('run_targets.run_id', '=', 'runs.id');
  if (host !== undefined) targets = targets.where('run_targets.host_id', '=', host);
  if (container !== undefined) targets = targets.where('run_targets.container', '=', container);
  return eb.and([eb.exists(targets)]);
};

/** Names and messages of a run and its targets and, where that may be read, what it wrote. */
const mentions = (q: string, mayReadOutput: boolean) => {
  const like = `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const written = sql<boolean>`EXISTS (SELECT 1 FROM run_outputs o WHERE o.run_id = runs.id AND o.text LIKE ${like} ESCAPE '\\')`;
  return sql<boolean>`(schedule_name LIKE ${like} ESCAPE '\\' OR message LIKE ${like} ESCAPE '\\'
    OR EXISTS (SELECT 1 FROM run_targets t WHERE t.run_id = runs.id
      AND (t.container LIKE ${like} ESCAPE '\\' OR t.message LIKE ${like} ESCAPE '\\'))
    ${mayReadOutput ? sql`OR ${written}` : sql``})`;
};
