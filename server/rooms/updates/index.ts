export { UpdateBook } from './book.ts';
export { Registries } from './registries.ts';
export { updateRoutes } from './routes.ts';
export { Updates } from './updates.ts';
export type { Verdict } from './verdict.ts';
