export * from './copy.ts';
export { nodeSqliteDialect } from './dialect.ts';
export * from './group-commit.ts';
export * from './lock.ts';
export * from './open.ts';
export { statement } from './statement.ts';
export * from './storage-failure.ts';
export type * from './tables/index.ts';
