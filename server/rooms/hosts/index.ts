export { Hosts } from './hosts.ts';
export { HostKeeper } from './keeper.ts';
export { hostRoutes } from './routes.ts';
