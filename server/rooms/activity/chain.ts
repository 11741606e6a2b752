import { hash } from 'node:crypto';
import type { Insertable, Selectable } from 'kysely';
import type { ActivityTable } from '../../database/index.ts';

/**
 * The hash of a line: of the one before, and of all that the line says. Whoever changes, inserts or removes a line
 * would have to write all the later ones anew.
 */
export const hashLine = (previous: string, row: Omit<Insertable<ActivityTable>, 'id' | 'hash'>): string => {
  const { at, actor, action, target, result, message, run_id, host_id, schedule_id, changes } = row;
  // Lines without changes hash as they did before there were any.
  const more = changes == null ? [] : [changes];
  const content = JSON.stringify([at, actor, action, target, result, message, run_id, host_id, schedule_id, ...more]);
  return hash('sha256', `${previous}\n${content}`);
};

/** How a check of the log came out. */
export interface ChainState {
  /** The hash of the last line that was looked at. */
  previous: string;
  lines: number;
  /** The ID of the first line that does not fit; null while all do. */
  brokenAt: number | null;
}

/** Goes on checking with the next lines, in order. Lines from before the log was chained come first and count not. */
export const checkLines = (state: ChainState, rows: readonly Selectable<ActivityTable>[]): ChainState => {
  let { previous, lines } = state;
  for (const row of rows) {
    if (row.hash === '' && previous === '') continue;
    if (row.hash !== hashLine(previous, row)) return { previous, lines, brokenAt: row.id };
    previous = row.hash;
    lines += 1;
  }
  return { previous, lines, brokenAt: null };
};
