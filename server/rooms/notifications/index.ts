export type { Happening } from './happening.ts';
export { Notifications } from './notifications.ts';
export type { Notices } from './notifier.ts';
export { pingRoutes } from './pings/routes.ts';
export { Watch } from './pings/watch.ts';
export type { Letter } from './post.ts';
export { Post } from './post.ts';
export { notificationRoutes } from './routes.ts';
export { noFacts } from './run-facts.ts';
