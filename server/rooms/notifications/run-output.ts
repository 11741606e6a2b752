import type { Transaction } from 'kysely';
import type { Tables } from '../../database/index.ts';

/** Enough to see why. */
const shownLines = 10;

/** The last lines that a run's commands and containers wrote, without empty ones; of all its targets, or of one. */
export const lastLinesOf = async (
  trx: Transaction<Tables>,
  runId: string,
  of?: { hostId: number; container: string },
): Promise<string[]> => {
  let written = trx.selectFrom('run_outputs').select('text').where('run_id', '=', runId);
  if (of) {
    written = written.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('run_targets')
          .select('run_targets.step')
          .whereRef('run_targets.run_id', '=', 'run_outputs.run_id')
          .whereRef('run_targets.step', '=', 'run_outputs.step')
          .whereRef('run_targets.position', '=', 'run_outputs.position')
          .where('host_id', '=', of.hostId)
          .where('container', '=', of.container),
      ),
    );
  }
  const rows = await written.orderBy('seq', 'desc').limit(shownLines).execute();
  const text = rows.reverse().map((row) => row.text);
  return text
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines);
};
