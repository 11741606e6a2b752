import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import { lockDatabase } from '../database/index.ts';
import { addKey, dropOldKeys, openKeyRing, Secrets } from '../secrets/index.ts';
import type { CommandParts } from './command.ts';

/** What `Secrets.seal` writes. */
const sealedForm = /^1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/;

interface Sealed {
  table: string;
  row: number | string;
  column: string;
  text: string;
}

/**
 * Seals every stored secret with a new key. Nothing is written before all of them could be opened; then all are
 * written in one transaction. The program has to be stopped: it would not know the new key.
 * @throws ConfigError while it runs, CHR_SECRET_UNREADABLE for a secret whose key is gone
 */
export const rotateSecrets = async ({ db, config, say }: CommandParts): Promise<number> => {
  const lock = lockDatabase(config.databaseFile);
  try {
    if (config.secretKey === null) addKey(config.dataDir);
    const secrets = new Secrets(openKeyRing(config.dataDir, config.secretKey));
    const found = await findSealed(db);
    const fresh = found.map((one) => ({ ...one, text: secrets.seal(secrets.open(one.text, one), one) }));
    await db.transaction().execute(async (trx) => {
      for (const { table, row, column, text } of fresh) {
        await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${text} WHERE id = ${row}`.execute(trx);
      }
    });
    say(`${found.length} secrets are sealed with a new key.`);
    if (config.secretKey === null) {
      say(`The old key is in ${dropOldKeys(config.dataDir)}: backups need it. Delete it when you have no such backup.`);
    }
    return 0;
  } finally {
    lock.release();
  }
};

/** Looks through every text of every table that has IDs: a secret that a list forgot would be lost with its key. */
const findSealed = async (db: Database): Promise<Sealed[]> => {
  const found: Sealed[] = [];
  for (const { name: table, columns } of await db.introspection.getTables()) {
    if (!columns.some(({ name }) => name === 'id')) continue;
    for (const { name: column, dataType } of columns) {
      if (dataType.toUpperCase() !== 'TEXT') continue;
      const { rows } = await sql<{ id: number | string; text: string }>`
        SELECT id, ${sql.ref(column)} AS text FROM ${sql.table(table)} WHERE ${sql.ref(column)} LIKE '1.%.%.%'`.execute(
        db,
      );
      found.push(
        ...rows.filter(({ text }) => sealedForm.test(text)).map(({ id, text }) => ({ table, row: id, column, text })),
      );
    }
  }
  return found;
};
