export { Auditor } from './auditor.ts';
export { changesOf, concealed, renewed } from './changes.ts';
export type { ActivityEntry } from './log.ts';
export { ActivityLog } from './log.ts';
export { activityRoutes } from './routes.ts';
