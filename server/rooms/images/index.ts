export { foreseeImages, foreseeNetworks } from './foresight.ts';
export { readImages, readNetworks, readVolumes } from './reading.ts';
export { stockRoutes } from './routes.ts';
export { Stores } from './stores.ts';
