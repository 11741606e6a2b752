export { Claimant } from './claimant.ts';
export { isTimeZone } from './cron/zone.ts';
export { Evaluator, type SchedulerState } from './evaluator.ts';
export { Roster } from './roster.ts';
export { scheduleRoutes } from './routes.ts';
export { Schedules } from './schedules.ts';
export { ScheduleStore } from './store.ts';
