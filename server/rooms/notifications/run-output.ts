import type { Transaction } from 'kysely';
import type { Tables } from '../../database/index.ts';

/** Enough to see why. */
const shownLines = 10;

/** The last lines that a run's commands and containers wrote, without empty ones. */
export const lastLinesOf = async (trx: Transaction<Tables>, runId: string): Promise<string[]> => {
  const rows = await trx
    .selectFrom('run_outputs')
    .select('text')
    .where('run_id', '=', runId)
    .orderBy('seq', 'desc')
    .limit(shownLines)
    .execute();
  const text = rows.reverse().map((row) => row.text);
  return text
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines);
};
