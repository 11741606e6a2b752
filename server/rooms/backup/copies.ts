import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Backup, BackupKind } from '../../../contract/index.ts';
import { backupKind, backupName } from '../../../contract/index.ts';
import { copyDatabase, quickCheck } from '../../database/index.ts';

const dayMs = 86_400_000;
/** Somebody may want to go back to the version before, and finds out late. */
const migrationsStayMs = 30 * dayMs;

/** The copies of the database as files in one directory. */
export class Copies {
  readonly directory: string;
  readonly #databaseFile: string;

  constructor(databaseFile: string, directory: string) {
    this.#databaseFile = databaseFile;
    this.directory = directory;
  }

  /**
   * The file has its name only when it was read through and is on the disk. What did not become whole is removed.
   * @throws what the disk or SQLite says
   */
  async make(kind: BackupKind, nowMs: number): Promise<Backup> {
    const name = `${kind}-${new Date(nowMs).toISOString().replaceAll(':', '').replace(/\.\d+/, '')}.db`;
    const [part, whole] = [join(this.directory, `${name}.part`), join(this.directory, name)];
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.#sweepParts();
    try {
      await copyDatabase(this.#databaseFile, part);
      chmodSync(part, 0o600);
      const answer = await quickCheck(part);
      removeSidecars(part);
      if (answer !== 'ok') throw new Error(`the copy is damaged: ${answer}`);
      sync(part);
      renameSync(part, whole);
      sync(this.directory);
    } catch (error) {
      rmSync(part, { force: true });
      removeSidecars(part);
      throw error;
    }
    return this.#look(name);
  }

  /** Newest first; none where there is no directory. */
  list(): Backup[] {
    const names = this.#names().filter((name) => v.is(backupName, name));
    return names.map((name) => this.#look(name)).sort((a, b) => (a.madeAt < b.madeAt ? 1 : -1));
  }

  /** Undefined where there is no such copy. */
  find(name: string): Backup | undefined {
    return this.list().find((one) => one.name === name);
  }

  pathOf({ name }: Backup): string {
    return join(this.directory, name);
  }

  /**
   * Of each kind the newest stay; what was copied before a migration stays for a month besides. To be called only when
   * a new copy was made and read: else what is old is all there is. @returns what is gone
   */
  clear(keep: number, nowMs: number): string[] {
    const byKind = Map.groupBy(this.list(), ({ kind }) => kind);
    const old = [...byKind.values()].flatMap((copies) => copies.slice(keep));
    const gone = old.filter(
      ({ kind, madeAt }) => kind !== 'before-migration' || Date.parse(madeAt) < nowMs - migrationsStayMs,
    );
    for (const copy of gone) rmSync(this.pathOf(copy), { force: true });
    return gone.map(({ name }) => name);
  }

  /** What a crash left half made. */
  #sweepParts(): void {
    for (const name of this.#names().filter((one) => /\.db\.part(-wal|-shm|-journal)?$/.test(one))) {
      rmSync(join(this.directory, name), { force: true });
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.directory);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #look(name: string): Backup {
    const { size, mtimeMs } = statSync(join(this.directory, name));
    const kind = backupKind.options.find((one) => name.startsWith(`${one}-`)) ?? 'daily';
    const stamp = /(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name);
    const madeAt = stamp ? `${stamp[1]}T${stamp[2]}:${stamp[3]}:${stamp[4]}.000Z` : new Date(mtimeMs).toISOString();
    return { name, kind, madeAt, bytes: size };
  }
}

/** Reading a database that writes ahead makes these; a copy is whole without them, and nothing was written to it. */
const removeSidecars = (part: string): void => {
  for (const ending of ['-wal', '-shm', '-journal']) rmSync(`${part}${ending}`, { force: true });
};

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
