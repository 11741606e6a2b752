import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import { lockDatabase } from '../database/index.ts';
import { addKey, dropOldKeys, openKeyRing, Secrets } from '../secrets/index.ts';
import type { CommandParts } from './command.ts';

/** What `Secrets.seal` writes. */
const sealedForm = /^1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/;

/** A text of a row that is sealed, or an object in JSON that has such texts. */
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
    let count = 0;
    const fresh = found.map((one) => {
      const renew = (text: string, place: Omit<Sealed, 'text'>) => {
        count += 1;
        return secrets.seal(secrets.open(text, place), place);
      };
      return { ...one, text: sealedForm.test(one.text) ? renew(one.text, one) : renewObject(one, renew) };
    });
    await db.transaction().execute(async (trx) => {
      for (const { table, row, column, text } of fresh) {
        await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${text} WHERE id = ${row}`.execute(trx);
      }
    });
    say(`${count} secrets are sealed with a new key.`);
    if (config.secretKey === null) {
      say(`The old key is in ${dropOldKeys(config.dataDir)}: backups need it. Delete it when you have no such backup.`);
    }
    return 0;
  } finally {
    lock.release();
  }
};

/** Several secrets of one row, as channels have them: each is bound to the column and its name. */
const renewObject = (one: Sealed, renew: (text: string, place: Omit<Sealed, 'text'>) => string): string => {
  const entries = Object.entries(JSON.parse(one.text) as Record<string, unknown>).map(([name, value]) => {
    const isSealed = typeof value === 'string' && sealedForm.test(value);
    return [name, isSealed ? renew(value, { ...one, column: `${one.column}.${name}` }) : value];
  });
  return JSON.stringify(Object.fromEntries(entries));
};

const hasSealed = (text: string): boolean => {
  if (sealedForm.test(text)) return true;
  if (!text.startsWith('{')) return false;
  try {
    const values = Object.values(JSON.parse(text) as Record<string, unknown>);
    return values.some((value) => typeof value === 'string' && sealedForm.test(value));
  } catch {
    // It only looks like JSON.
    return false;
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
        SELECT id, ${sql.ref(column)} AS text FROM ${sql.table(table)} WHERE ${sql.ref(column)} LIKE '1.%.%.%'
        OR ${sql.ref(column)} LIKE '{%"1.%.%.%'`.execute(db);
      found.push(
        ...rows.filter(({ text }) => hasSealed(text)).map(({ id, text }) => ({ table, row: id, column, text })),
      );
    }
  }
  return found;
};
