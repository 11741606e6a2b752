export { Sentinel } from './sentinel.ts';
