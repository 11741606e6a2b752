import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { EventFeed } from './feed.ts';

/** The one stream that keeps the UI up to date. */
export const eventsRoutes = (feed: EventFeed): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/events',
    access: 'view',
    isScoped: true,
    summary: 'Changes as they happen, as server-sent events; resumes with Last-Event-ID',
    tag: 'Events',
    answers: { 200: null },
    handle: ({ header, caller }) => ({ stream: (sink) => feed.follow(sink, header('last-event-id'), caller) }),
  }),
];
