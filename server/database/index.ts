export * from './group-commit.ts';
export * from './lock.ts';
export * from './open.ts';
export type * from './tables.ts';
