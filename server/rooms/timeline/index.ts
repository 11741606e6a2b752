export { StateRecorder } from './recorder.ts';
export { timelineRoutes } from './routes.ts';
export { Timelines } from './timelines.ts';
