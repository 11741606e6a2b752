import type { Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, GroupCommit, RunOutputsTable, Tables } from '../../database/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';
import { rewriteAfterMs } from './ledger.ts';
import type { Place } from './recording.ts';
import { Recording } from './recording.ts';
import { isFinal } from './run.ts';
import type { Chunk } from './tape.ts';
import { Tape } from './tape.ts';

/** Which part of a run's output is wanted: a step's, a target's, what came after a piece. */
export interface OutputFilter {
  step?: number | undefined;
  position?: number | undefined;
  /** Only pieces that hold this text, in upper or lower case. */
  q?: string | undefined;
  afterSeq: number;
  limit: number;
}

interface Parts {
  db: Database;
  commits: GroupCommit;
  bus: Bus;
  clock: Clock;
  log: Logger;
}

type Row = Selectable<RunOutputsTable>;

/** The output of runs. The disk has the only copy: who follows it live reads it from there, too. */
export class Outputs {
  readonly #parts: Parts;
  /** The number of the last piece, of runs that have written since the program started. */
  readonly #counters = new Map<string, Promise<{ seq: number }>>();
  readonly #followers = new Map<string, Set<() => void>>();
  #isClosing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.bus.on('run.changed', ({ id, outcome }) => {
      if (isFinal(outcome)) this.#counters.delete(id);
      this.#tell(id);
    });
  }

  /** The program ends: what the disk does not take now is lost. */
  close(): void {
    this.#isClosing = true;
  }

  /** Takes a target's output, behind what it has already or anew. */
  async open(place: Place, mode: 'append' | 'anew'): Promise<Recording> {
    const { clock } = this.#parts;
    const counter = await this.#counterOf(place.runId);
    if (mode === 'anew') await this.#erase(place);
    const nextSeq = () => {
      counter.seq += 1;
      return counter.seq;
    };
    const tape = new Tape({ nextSeq, now: () => clock.now(), ...(await this.#kept(place)) });
    const onSaved = () => this.#tell(place.runId);
    return new Recording({ ...this.#parts, tape, place, onSaved, isClosing: () => this.#isClosing });
  }

  /** What was kept, in the order in which it came. */
  async read(runId: string, { step, position, q, afterSeq, limit }: OutputFilter): Promise<Row[]> {
    let rows = this.#parts.db.selectFrom('run_outputs').selectAll().where('run_id', '=', runId);
    if (step !== undefined) rows = rows.where('step', '=', step);
    if (position !== undefined) rows = rows.where('position', '=', position);
    if (q) rows = rows.where(sql<boolean>`text LIKE ${`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`} ESCAPE '\\'`);
    return rows.where('seq', '>', afterSeq).orderBy('seq').limit(limit).execute();
  }

  /** Whether a part of that output was too much to be kept. */
  async isTruncated(runId: string, { step, position }: Pick<OutputFilter, 'step' | 'position'>): Promise<boolean> {
    let targets = this.#parts.db.selectFrom('run_targets').select('step').where('run_id', '=', runId);
    if (step !== undefined) targets = targets.where('step', '=', step);
    if (position !== undefined) targets = targets.where('position', '=', position);
    return (await targets.where('output_dropped', '>', 0).executeTakeFirst()) !== undefined;
  }

  /** Calls back whenever the run has written or changed; the returned function ends that. */
  onNews(runId: string, callback: () => void): () => void {
    const followers = this.#followers.get(runId) ?? new Set();
    this.#followers.set(runId, followers.add(callback));
    return () => {
      followers.delete(callback);
      if (followers.size === 0 && this.#followers.get(runId) === followers) this.#followers.delete(runId);
    };
  }

  #tell(runId: string): void {
    for (const callback of this.#followers.get(runId) ?? []) callback();
  }

  #counterOf(runId: string): Promise<{ seq: number }> {
    const known = this.#counters.get(runId);
    if (known) return known;
    const { db } = this.#parts;
    const last = db.selectFrom('run_outputs').select('seq').where('run_id', '=', runId).orderBy('seq', 'desc');
    const counter = last.executeTakeFirst().then((row) => ({ seq: row?.seq ?? 0 }));
    this.#counters.set(runId, counter);
    return counter;
  }

  /** A process is about to write: while the disk takes nothing it waits, as its end would have to, too. */
  async #erase(place: Place): Promise<void> {
    for (;;) {
      try {
        return await this.#parts.commits.write((trx) => erase(trx, place));
      } catch (error) {
        if (this.#isClosing || !isStorageFailure(error)) throw error;
        this.#parts.log.error({ error, runId: place.runId }, 'output could not be taken anew; trying again');
        await this.#parts.clock.sleep(rewriteAfterMs);
      }
    }
  }

  async #kept({ runId, step, position }: Place): Promise<{ kept: Chunk[]; droppedBytes: number }> {
    const rows = await this.read(runId, { step, position, afterSeq: 0, limit: -1 });
    const target = await this.#parts.db
      .selectFrom('run_targets')
      .select('output_dropped')
      .where('run_id', '=', runId)
      .where('step', '=', step)
      .where('position', '=', position)
      .executeTakeFirst();
    return { kept: rows.map(chunkOfRow), droppedBytes: target?.output_dropped ?? 0 };
  }
}

const erase = async (trx: Transaction<Tables>, { runId, step, position }: Place): Promise<void> => {
  const rows = trx.deleteFrom('run_outputs').where('run_id', '=', runId).where('step', '=', step);
  await rows.where('position', '=', position).execute();
  const target = trx.updateTable('run_targets').set({ output_dropped: 0 }).where('run_id', '=', runId);
  await target.where('step', '=', step).where('position', '=', position).execute();
};

const chunkOfRow = ({ seq, stream, at, text }: Row): Chunk => ({
  seq,
  stream: stream === 'stderr' ? 'stderr' : 'stdout',
  at,
  text,
  bytes: Buffer.byteLength(text),
});
