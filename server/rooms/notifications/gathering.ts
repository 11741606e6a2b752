import type { Severity } from '../../../contract/index.ts';
import type { DeliveryRow } from './store.ts';

const shownMost = 40;
const order: readonly string[] = ['info', 'success', 'warning', 'error'];

/** The one message that stands for several. */
export interface Joined {
  title: string;
  body: string;
  severity: Severity;
}

/**
 * `12 messages: 10 × Died, 2 × Failed`, or `Backup: 3 × Failed, 2 × Works again` where all are about the same, and a line
 * for each with its local time.
 */
export const join = (rows: readonly DeliveryRow[], timeZone: string): Joined => {
  const kinds = Map.groupBy(rows, ({ title }) => title.split(':')[0] ?? title);
  const about = new Set(rows.map(({ title }) => title.split(/:(.*)/s)[1]?.trim() ?? ''));
  const [only = ''] = about.size === 1 ? about : [];
  const counts = [...kinds].sort(([, a], [, b]) => b.length - a.length).slice(0, 5);
  const head = only === '' ? `${rows.length} messages` : only;
  const title = `${head}: ${counts.map(([kind, { length }]) => `${length} × ${kind}`).join(', ')}`;
  const lines = rows
    .slice(0, shownMost)
    .map((row) => `${clockOf(row.created_at, timeZone)} ${row.title}${reasonOf(row)}`);
  const left = rows.length - lines.length;
  const worst = Math.max(...rows.map(({ severity }) => order.indexOf(severity)));
  return {
    title,
    body: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n'),
    severity: (order[worst] ?? 'info') as Severity,
  };
};

/** The first line of what is said of it: the reason. */
const reasonOf = ({ body }: DeliveryRow): string => {
  const first = body.split('\n', 1)[0] ?? '';
  return first === '' ? '' : ` (${first.slice(0, 120)})`;
};

const clockOf = (at: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
