export { CloserLook } from './closer.ts';
export { Containers } from './containers.ts';
export { containerRoutes } from './routes.ts';
