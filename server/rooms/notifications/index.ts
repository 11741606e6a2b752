export { Notifications } from './notifications.ts';
export { pingRoutes } from './pings/routes.ts';
export { Watch } from './pings/watch.ts';
export { notificationRoutes } from './routes.ts';
