export { Follower } from './follower.ts';
export { tagRoutes } from './routes.ts';
export { Tags } from './tags.ts';
