export { CloserLook } from './closer.ts';
export { Containers } from './containers.ts';
export { Happenings } from './happenings.ts';
export { containerRoutes } from './routes.ts';
