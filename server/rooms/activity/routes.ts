import { activity, activityQuery, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { ActivityLog } from './log.ts';

/** The routes of the activity log. */
export const activityRoutes = (log: ActivityLog): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/activity',
    access: 'view',
    summary: 'Every action and every change of configuration, the newest first',
    tag: 'Activity',
    query: activityQuery,
    answers: { 200: pageOf(activity) },
    handle: async ({ query }) => ({ body: await log.list(query) }),
  }),
];
