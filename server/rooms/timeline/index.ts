export { StateRecorder } from './recorder.ts';
export { timelineRoutes } from './routes.ts';
export { StateLog } from './state-log.ts';
export { Timelines } from './timelines.ts';
