export { Announcements } from './announcements.ts';
export { UpdateBlocks } from './blocks.ts';
export { UpdateBook } from './book.ts';
export { Registries } from './registries.ts';
export { updateRoutes } from './routes.ts';
export { Updates } from './updates.ts';
