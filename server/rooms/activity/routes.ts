import { activity, activityQuery, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import { fullPage } from '../../policy/index.ts';
import type { ActivityLog } from './log.ts';

/** The routes of the activity log. */
export const activityRoutes = (log: ActivityLog, sight: Pick<Sight, 'seesActivity'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/activity',
    access: 'view',
    isScoped: true,
    summary: 'Every action and every change of configuration, the newest first',
    tag: 'Activity',
    query: activityQuery,
    answers: { 200: pageOf(activity) },
    handle: async ({ query, caller }) => ({
      body: await fullPage(query, {
        read: (page) => log.list(page),
        see: (line) => (sight.seesActivity(caller, line) ? line : null),
        cursorOf: ({ id }) => String(id),
      }),
    }),
  }),
];
