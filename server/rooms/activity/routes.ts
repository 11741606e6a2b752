import { activity, activityExportQuery, activityQuery, auditCheck, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import { fullPage } from '../../policy/index.ts';
import type { Auditor } from './auditor.ts';
import { toCsv, toNdjson } from './export.ts';
import type { ActivityLog } from './log.ts';

interface Parts {
  activity: ActivityLog;
  auditor: Auditor;
  sight: Pick<Sight, 'activity'>;
}

/** How many lines one export holds: it is made in memory. */
const mostExported = 10_000;
const tag = 'Activity';

/** The routes of the activity log. */
export const activityRoutes = ({ activity: log, auditor, sight }: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/activity',
    access: 'view',
    isScoped: true,
    summary: 'Every action and every change of configuration, the newest first',
    tag,
    query: activityQuery,
    answers: { 200: pageOf(activity) },
    handle: async ({ query, caller }) => ({
      body: await fullPage(query, {
        read: (page) => log.list(page),
        see: (line) => sight.activity(caller, line),
        cursorOf: ({ id }) => String(id),
      }),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/activity/export',
    access: 'settings',
    summary: `The log as a file, ${mostExported} lines at the most; the header Next-Cursor leads on`,
    tag,
    query: activityExportQuery,
    answers: { 200: null },
    handle: async ({ query: { format, ...query } }) => {
      const { items, nextCursor } = await log.list({ ...query, limit: mostExported });
      const isCsv = format === 'csv';
      return {
        text: {
          contentType: isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
          content: isCsv ? toCsv(items) : toNdjson(items),
        },
        headers: {
          'Content-Disposition': `attachment; filename="chrontainer-activity.${format}"`,
          ...(nextCursor === null ? {} : { 'Next-Cursor': nextCursor }),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/activity/check',
    access: 'settings',
    summary: 'Whether no line of the log was changed, inserted or removed',
    tag,
    answers: { 200: auditCheck },
    handle: async () => ({ body: await auditor.check() }),
  }),
];
