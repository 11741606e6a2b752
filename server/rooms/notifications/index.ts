export { Notifications } from './notifications.ts';
export { notificationRoutes } from './routes.ts';
