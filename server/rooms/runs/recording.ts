import type { Clock } from '../../clock/index.ts';
import type { GroupCommit } from '../../database/index.ts';
import { isStorageFailure } from '../../database/index.ts';
import type { OutputPiece } from '../../engine/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Output } from '../actions/index.ts';
import { rewriteAfterMs } from './ledger.ts';
import type { Tape, Unsaved } from './tape.ts';

/** How often output goes to the disk, and from there to who follows it. */
const saveEveryMs = 200;
/** SQLite takes 32,766 parameters in a statement. */
const rowsPerInsert = 500;

/** Which target of which run. */
export interface Place {
  runId: string;
  step: number;
  position: number;
}

interface Parts {
  tape: Tape;
  place: Place;
  commits: GroupCommit;
  clock: Clock;
  log: Logger;
  /** Called after each save. */
  onSaved(): void;
  /** True when the program is ending, and the database with it. */
  isClosing(): boolean;
}

/** Writes one target's output to the disk as it comes, several times a second. */
export class Recording implements Output {
  readonly #parts: Parts;
  #saving: Promise<void> = Promise.resolve();
  #cancelSave: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  write(piece: OutputPiece): void {
    this.#parts.tape.write(piece);
    this.#saveAfter(saveEveryMs);
  }

  /**
   * Resolves when all that was written so far is on the disk, or could not be brought there now: then it is tried again
   * by itself, also when the process has ended, until the disk has room or the program ends.
   */
  save(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = null;
    this.#saving = this.#saving.then(() => this.#saveNow());
    return this.#saving;
  }

  /** Output is worth less than the run: a disk that takes none of it must not fail what is being done. */
  async #saveNow(): Promise<void> {
    const { tape, place, log, onSaved } = this.#parts;
    if (!tape.hasUnsaved) return;
    const unsaved = tape.take();
    try {
      await this.#commit(unsaved);
      onSaved();
    } catch (error) {
      tape.putBack(unsaved.chunks);
      log.error({ error, runId: place.runId }, 'output of a run could not be saved');
      if (isStorageFailure(error)) this.#saveAfter(rewriteAfterMs);
    }
  }

  #saveAfter(delayMs: number): void {
    if (this.#parts.isClosing()) return;
    this.#cancelSave ??= this.#parts.clock.after(delayMs, () => void this.save());
  }

  #commit({ chunks, removed, droppedBytes }: Unsaved): Promise<void> {
    const { runId, step, position } = this.#parts.place;
    const rows = chunks.map(({ seq, stream, at, text }) => ({ run_id: runId, seq, step, position, stream, at, text }));
    return this.#parts.commits.write(async (trx) => {
      for (let i = 0; i < rows.length; i += rowsPerInsert) {
        await trx
          .insertInto('run_outputs')
          .values(rows.slice(i, i + rowsPerInsert))
          .execute();
      }
      if (!removed) return;
      const ofTarget = trx.deleteFrom('run_outputs').where('run_id', '=', runId).where('step', '=', step);
      await ofTarget
        .where('position', '=', position)
        .where('seq', '>', removed.after)
        .where('seq', '<=', removed.upTo)
        .execute();
      const target = trx.updateTable('run_targets').set({ output_dropped: droppedBytes }).where('run_id', '=', runId);
      await target.where('step', '=', step).where('position', '=', position).execute();
    });
  }
}
