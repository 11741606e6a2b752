import type { UpdateReason } from '../../../contract/index.ts';
import type { Database, GroupCommit } from '../../database/index.ts';
import type { CheckRecord, Contents } from './verdict.ts';

/** A digest as it was seen under a name. */
export interface SeenDigest {
  firstSeenAt: number;
  contents: Contents | undefined;
}

/** So many digests of a name are remembered. */
const keptDigests = 20;

/** What registries said, in the database. */
export class CheckStore {
  readonly #db: Database;
  readonly #commits: GroupCommit;

  constructor(db: Database, commits: GroupCommit) {
    this.#db = db;
    this.#commits = commits;
  }

  async all(): Promise<CheckRecord[]> {
    const rows = await this.#db.selectFrom('image_checks').selectAll().execute();
    return rows.map((row) => ({
      name: row.name,
      checkedAt: row.checked_at,
      nextAt: row.next_at,
      digest: row.digest,
      confirmedDigest: row.confirmed_digest,
      fault: row.fault as UpdateReason | null,
      message: row.message,
    }));
  }

  /** Those that are compared with: the newest of each name, and the last one that was answered twice. */
  async currentDigests(): Promise<{ name: string; digest: string; seen: SeenDigest }[]> {
    const rows = await this.#db
      .selectFrom('image_digests')
      .innerJoin('image_checks', 'image_checks.name', 'image_digests.name')
      .where((eb) =>
        eb.or([
          eb('image_digests.digest', '=', eb.ref('image_checks.digest')),
          eb('image_digests.digest', '=', eb.ref('image_checks.confirmed_digest')),
        ]),
      )
      .select(['image_digests.name', 'image_digests.digest', 'first_seen_at', 'contents'])
      .execute();
    return rows.map(({ name, digest, first_seen_at, contents }) => ({
      ...{ name, digest },
      seen: {
        firstSeenAt: first_seen_at,
        contents: contents === null ? undefined : (JSON.parse(contents) as Contents),
      },
    }));
  }

  /** When a digest was seen first under a name; null: never. */
  async firstSeen(name: string, digest: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('image_digests')
      .select('first_seen_at')
      .where('name', '=', name)
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row?.first_seen_at ?? null;
  }

  /** The record, and the digest of its answer with what is under it. */
  save(record: CheckRecord, seen: SeenDigest | undefined): Promise<void> {
    const { name, digest } = record;
    const row = {
      name,
      checked_at: record.checkedAt,
      next_at: record.nextAt,
      digest,
      confirmed_digest: record.confirmedDigest,
      fault: record.fault,
      message: record.message,
    };
    return this.#commits.write(async (trx) => {
      await trx
        .insertInto('image_checks')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      if (digest === null || !seen) return;
      const contents = seen.contents === undefined ? null : JSON.stringify(seen.contents);
      await trx
        .insertInto('image_digests')
        .values({ name, digest, first_seen_at: seen.firstSeenAt, contents })
        .onConflict((conflict) => conflict.columns(['name', 'digest']).doUpdateSet({ contents }))
        .execute();
      const old = trx
        .selectFrom('image_digests')
        .select('digest')
        .where('name', '=', name)
        .orderBy('first_seen_at', 'desc')
        .limit(1_000)
        .offset(keptDigests);
      await trx.deleteFrom('image_digests').where('name', '=', name).where('digest', 'in', old).execute();
    });
  }

  /** What no container has been made of for long. */
  async forget(name: string): Promise<void> {
    await this.#commits.write(async (trx) => {
      await trx.deleteFrom('image_checks').where('name', '=', name).execute();
      await trx.deleteFrom('image_digests').where('name', '=', name).execute();
    });
  }

  async pauses(): Promise<{ registry: string; untilMs: number }[]> {
    const rows = await this.#db.selectFrom('registry_pauses').selectAll().execute();
    return rows.map(({ registry, until_at }) => ({ registry, untilMs: until_at }));
  }

  async savePause(registry: string, untilMs: number): Promise<void> {
    await this.#commits.write(async (trx) => {
      await trx
        .insertInto('registry_pauses')
        .values({ registry, until_at: untilMs })
        .onConflict((conflict) => conflict.column('registry').doUpdateSet({ until_at: untilMs }))
        .execute();
    });
  }
}
