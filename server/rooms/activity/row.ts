import type { Insertable, Selectable } from 'kysely';
import * as v from 'valibot';
import type { Activity } from '../../../contract/index.ts';
import { activity, actor, change } from '../../../contract/index.ts';
import type { ActivityTable } from '../../database/index.ts';
import type { ActivityEntry } from './log.ts';
import { oneLine } from './one-line.ts';

/** Longer texts are cut: a line of the log is read by people. */
const maxTextLength = 2000;

/** The row of an entry. Texts come from names and engines: what could fake a line or a column is made visible. */
export const toActivityRow = (entry: ActivityEntry, at: number): Omit<Insertable<ActivityTable>, 'id' | 'hash'> => ({
  at,
  actor: JSON.stringify({
    kind: entry.actor.kind,
    id: entry.actor.id,
    name: lineOf(entry.actor.name),
    address: entry.actor.address,
  }),
  action: entry.action,
  target: entry.target == null ? null : lineOf(entry.target),
  result: entry.result,
  message: entry.message == null ? null : lineOf(entry.message),
  run_id: entry.runId ?? null,
  host_id: entry.hostId ?? null,
  schedule_id: entry.scheduleId ?? null,
  changes: entry.changes && entry.changes.length > 0 ? JSON.stringify(entry.changes) : null,
});

/** The line as the API shows it. */
export const presentActivity = (row: Selectable<ActivityTable>): Activity => ({
  id: row.id,
  at: new Date(row.at).toISOString(),
  actor: v.parse(actor, JSON.parse(row.actor)),
  action: row.action,
  target: row.target,
  result: v.parse(activity.entries.result, row.result),
  message: row.message,
  runId: row.run_id,
  hostId: row.host_id,
  scheduleId: row.schedule_id,
  changes: row.changes === null ? null : v.parse(v.array(change), JSON.parse(row.changes)),
});

const lineOf = (text: string): string => oneLine(text).slice(0, maxTextLength);
