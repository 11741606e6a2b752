import type { Happenings } from '../rooms/containers/index.ts';
import type { Sentinel } from '../rooms/sentinel/index.ts';
import type { Announcements } from '../rooms/updates/index.ts';
import type { Ground } from './ground.ts';
import type { Rooms } from './rooms.ts';
import type { openRuns } from './running.ts';
import type { openScheduling, openTimelines } from './scheduling.ts';

/** The rooms that are started and stopped. */
export type Opened = { happenings: Happenings; sentinel: Sentinel; announcements: Announcements } & Pick<
  Rooms,
  'notifications' | 'watch' | 'updates' | 'hosts' | 'measuring' | 'runs' | 'schedules' | 'evaluator'
> &
  ReturnType<typeof openRuns> &
  ReturnType<typeof openScheduling> &
  ReturnType<typeof openTimelines>;

/** In this order: nothing is claimed before it is known what was left open. */
export const startRooms = async (rooms: Opened, { log }: Ground): Promise<void> => {
  await rooms.notifications.load();
  await rooms.watch.pings.load();
  await rooms.recorder.start();
  await rooms.sentinel.start();
  await rooms.hosts.start();
  await rooms.schedules.load();
  await rooms.overrides.load();
  const open = await rooms.runs.recover();
  if (open > 0) log.info({ open }, 'going on with runs that were left open');
  await rooms.evaluator.start();
  rooms.retention.start();
  rooms.memory.start();
  rooms.notifications.start();
  await rooms.updates.start();
  const { evaluator } = rooms;
  rooms.watch.start(() => ({
    isAwake: evaluator.isAwake,
    trouble: evaluator.state.kind === 'running' ? null : evaluator.state.message,
  }));
};

/** What begins work stops before what does it, and what does it before what it needs. */
export const stopRooms = async (rooms: Opened, graceMs: number): Promise<void> => {
  rooms.memory.stop();
  rooms.retention.stop();
  rooms.updates.stop();
  rooms.announcements.stop();
  rooms.watchdog.stop();
  rooms.watcher.stop();
  rooms.happenings.stop();
  rooms.sentinel.stop();
  rooms.follower.stop();
  await rooms.evaluator.stop();
  await rooms.runs.stop(graceMs);
  await rooms.notifications.stop();
  await rooms.watch.stop();
  rooms.outputs.close();
  rooms.measuring.gauges.close();
  await rooms.hosts.stop();
  rooms.recorder.stop();
};
