import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../config.ts';

/** A program that is just ending gets so long to let go. */
const patienceMs = 2000;

/**
 * Keeps a second program off the same database: it would take the first one's open runs for left over from a crash,
 * and carry them out once more. The operating system drops the lock with the process, however that ends.
 * @throws ConfigError while another program has it
 */
export const lockDatabase = (file: string): { release(): void } => {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(`${file}.lock`, { timeout: patienceMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`DATA_DIR is in use by another Chrontainer (${file}: ${reason}); stop that one first`]);
  }
  return { release: () => lock.close() };
};
