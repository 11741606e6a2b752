import type { Transaction } from 'kysely';
import type { Bus, ContainerUpdated, Facts } from '../../bus/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import type { Logger } from '../../log/index.ts';
import { isOnPassage } from '../actions/index.ts';

interface Parts {
  db: Database;
  bus: Bus;
  log: Logger;
}

/** Images that were rolled back, by host, container and digest: they are not taken again by themselves. */
export class UpdateBlocks {
  readonly #parts: Parts;
  /** The reasons. */
  readonly #known: Map<string, string>;

  private constructor(parts: Parts, known: Map<string, string>) {
    this.#parts = parts;
    this.#known = known;
    const { bus } = parts;
    bus.on('container.renamed', (renamed) => this.#inBackground(() => this.#follow(renamed)));
    bus.on('host.removed', ({ id }) => this.#inBackground(() => this.#forgetHost(id)));
  }

  static async open(parts: Parts): Promise<UpdateBlocks> {
    const rows = await parts.db
      .selectFrom('update_blocks')
      .select(['host_id', 'container', 'digest', 'reason'])
      .execute();
    return new UpdateBlocks(
      parts,
      new Map(rows.map((row) => [keyOf(row.host_id, row.container, row.digest), row.reason])),
    );
  }

  /** Why one of these may not be taken; null: it may. */
  reasonFor(hostId: number, container: string, digests: readonly string[]): string | null {
    const blocked = digests.find((digest) => this.#known.has(keyOf(hostId, container, digest)));
    return blocked === undefined ? null : (this.#known.get(keyOf(hostId, container, blocked)) ?? null);
  }

  /** A rollback blocks the new image; a success lifts what was blocked before. Part of the commit that settles it. */
  async record(trx: Transaction<Tables>, updated: ContainerUpdated): Promise<void> {
    const { hostId, name, runId, at, outcome, reason, toDigests } = updated;
    if (outcome === 'done') {
      await trx.deleteFrom('update_blocks').where('host_id', '=', hostId).where('container', '=', name).execute();
      return;
    }
    const row = { host_id: hostId, container: name, reason: reason ?? '', run_id: runId, blocked_at: at };
    await trx
      .insertInto('update_blocks')
      .values(toDigests.map((digest) => ({ ...row, digest })))
      .onConflict((conflict) =>
        conflict
          .columns(['host_id', 'container', 'digest'])
          .doUpdateSet({ reason: row.reason, run_id: runId, blocked_at: at }),
      )
      .execute();
  }

  /** It is on the disk. */
  note({ hostId, name, outcome, reason, toDigests }: ContainerUpdated): void {
    if (outcome === 'done') this.#drop(keyOf(hostId, name, ''));
    else for (const digest of toDigests) this.#known.set(keyOf(hostId, name, digest), reason ?? '');
  }

  #drop(prefix: string): void {
    for (const key of [...this.#known.keys()]) if (key.startsWith(prefix)) this.#known.delete(key);
  }

  /** What was blocked belongs to the name that people gave. */
  async #follow({ hostId, from, to }: Facts['container.renamed']): Promise<void> {
    if (isOnPassage(from) || isOnPassage(to)) return;
    const prefix = keyOf(hostId, from, '');
    const moved = [...this.#known].filter(([key]) => key.startsWith(prefix));
    if (moved.length === 0) return;
    this.#drop(keyOf(hostId, to, ''));
    this.#drop(prefix);
    for (const [key, reason] of moved) this.#known.set(keyOf(hostId, to, key.slice(prefix.length)), reason);
    const { db } = this.#parts;
    await db.deleteFrom('update_blocks').where('host_id', '=', hostId).where('container', '=', to).execute();
    await db
      .updateTable('update_blocks')
      .set({ container: to })
      .where('host_id', '=', hostId)
      .where('container', '=', from)
      .execute();
  }

  async #forgetHost(hostId: number): Promise<void> {
    this.#drop(`${hostId} `);
    await this.#parts.db.deleteFrom('update_blocks').where('host_id', '=', hostId).execute();
  }

  #inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#parts.log.error({ error }, 'what blocks an update could not be moved'));
  }
}

const keyOf = (hostId: number, name: string, digest: string): string => `${hostId} ${name} ${digest}`;
