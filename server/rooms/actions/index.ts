export type { StateBefore } from './action.ts';
export type { StepContext } from './check.ts';
export { checkStep, demandRights } from './check.ts';
export { Interruption } from './interruption.ts';
export * from './kind.ts';
export { findKind } from './registry.ts';
export { restoring } from './restore.ts';
export { runLabel } from './run.ts';
export * from './turnstile.ts';
