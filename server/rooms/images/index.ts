export { stockRoutes } from './routes.ts';
export { Stores } from './stores.ts';
