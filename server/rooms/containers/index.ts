export { Containers } from './containers.ts';
export { containerRoutes } from './routes.ts';
