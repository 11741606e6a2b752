export * from './open.ts';
export type * from './tables.ts';
