export { tagRoutes } from './routes.ts';
export { Tags } from './tags.ts';
