import { Memory } from '../memory/index.ts';
import type { History } from '../rooms/runs/index.ts';
import {
  Claimant,
  Editor,
  Evaluator,
  Forecast,
  followUpsOf,
  Overrides,
  obstacleOf,
  Past,
  Previews,
  ScheduleStore,
  Schedules,
  Watchdog,
  Watcher,
  Whys,
} from '../rooms/schedules/index.ts';
import { Follower } from '../rooms/tags/index.ts';
import { StateRecorder, Timelines } from '../rooms/timeline/index.ts';
import type { Base } from './ground.ts';
import type { openRuns } from './running.ts';

/** The rooms of what will run. */
export const openScheduling = (base: Base & ReturnType<typeof openRuns>) => {
  const { db, bus, clock, log, hosts, roster, sight, runs, history } = base;
  const store = new ScheduleStore(db);
  const claimant = new Claimant({ ...base, store, roster });
  const evaluator = new Evaluator({ ...base, roster, claimant });
  const editor = new Editor({ ...base, store, roster, evaluator, hasHost: (hostId) => hosts.has(hostId) });
  const schedules = new Schedules({ store, roster, editor, runs, history, sight, clock });
  const previews = new Previews({ ...base, schedules, fleet: hosts });
  const past = new Past({ store, editor, schedules, sight, clock });
  const overrides = new Overrides({ ...base, roster, evaluator });
  const whys = new Whys({ ...base, schedules, store, fleet: hosts });
  const watchdog = new Watchdog({ roster, editor, history, bus, log });
  const watcher = new Watcher({ ...base, roster, byName: (hostId, name) => hosts.byName(hostId, name) });
  const activeOf = (scheduleId: number) => runs.activeOf(scheduleId);
  const follower = new Follower({
    ...base,
    byName: (hostId, name) => hosts.byName(hostId, name),
    renameTargets: (renaming, actor) => editor.renameTargets(renaming, actor),
  });
  runs.onStart((run) => obstacleOf(run, roster, clock.now()));
  runs.onEnd((run, ending) => followUpsOf(run, ending, { roster, nowMs: clock.now(), activeOf }));
  bus.on('settings.changed', (document) => {
    Promise.all([evaluator.rezone(document.timeZone), evaluator.setInstance(document)]).catch((error: unknown) =>
      log.error({ error }, 'the new settings could not be applied to the schedules'),
    );
  });
  return {
    schedules,
    previews,
    past,
    overrides,
    whys,
    evaluator,
    watchdog,
    watcher,
    follower,
    forecast: new Forecast(roster),
    memory: new Memory(clock, (forMs) => evaluator.isFreeFor(forMs)),
  };
};

/** The rooms of what happened when. */
export const openTimelines = (base: Base & { history: History; forecast: Forecast }) => ({
  timelines: new Timelines({ ...base, containers: () => base.hosts.containers() }),
  recorder: new StateRecorder(base),
});
