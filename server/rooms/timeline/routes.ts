import { timeline, timelineQuery } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Timelines } from './timelines.ts';

/** The route of the timeline. */
export const timelineRoutes = (timelines: Timelines): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/timeline',
    access: 'view',
    isScoped: true,
    summary: 'What ran and what will run, on one axis',
    tag: 'Timeline',
    query: timelineQuery,
    answers: { 200: timeline },
    handle: async ({ query, caller }) => ({ body: await timelines.between(query, caller) }),
  }),
];
