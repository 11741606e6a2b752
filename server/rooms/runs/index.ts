export { Executor } from './executor.ts';
export type { Fleet } from './fleet.ts';
export { Hand } from './hand.ts';
export { History } from './history.ts';
export { Ledger } from './ledger.ts';
export { Performer } from './performer.ts';
export { answerRun, runRoutes, waitQuery } from './routes.ts';
export { newRunId, type Plan, type RunRecord } from './run.ts';
export { Runs } from './runs.ts';
