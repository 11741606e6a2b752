import type { Bus } from './bus/index.ts';
import type { Clock } from './clock/index.ts';
import type { Database } from './database/index.ts';
import { GroupCommit } from './database/index.ts';
import type { Engine } from './engine/index.ts';
import type { Logger } from './log/index.ts';
import { Turnstile } from './rooms/actions/index.ts';
import { ActivityLog } from './rooms/activity/index.ts';
import { Hosts } from './rooms/hosts/index.ts';
import { Executor, Hand, History, Ledger, Performer, Retention, Runs } from './rooms/runs/index.ts';
import {
  Claimant,
  Editor,
  Evaluator,
  followUpsOf,
  Past,
  Roster,
  ScheduleStore,
  Schedules,
  Watchdog,
  Watcher,
  Whys,
} from './rooms/schedules/index.ts';
import { Settings } from './rooms/settings/index.ts';

/** What the rooms stand on. */
export interface Ground {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Logger;
  localUrl: string;
  timeZone: string;
  ownContainerId: string | null;
  connect(host: { id: number; url: string }): Engine;
}

/** Every room but those of the edge, made by hand and in order. */
export interface Rooms {
  activity: ActivityLog;
  settings: Settings;
  hosts: Hosts;
  history: History;
  runs: Runs;
  hand: Hand;
  schedules: Schedules;
  past: Past;
  whys: Whys;
  evaluator: Evaluator;
  /** Connects to the hosts, goes on with what was left open, and then claims what became due meanwhile. */
  start(): Promise<void>;
  /** Begins nothing more, gives what is under way `graceMs`, and lets go of the hosts. */
  stop(graceMs: number): Promise<void>;
}

export const createRooms = async (ground: Ground): Promise<Rooms> => {
  const { db, bus, clock, log } = ground;
  const commits = new GroupCommit(db);
  const activity = new ActivityLog({ db, bus, clock });
  const settings = await Settings.open({
    db,
    bus,
    clock,
    activity,
    defaults: {
      timeZone: ground.timeZone,
      isPaused: false,
      windows: [],
      keepRunsDays: 90,
      keepRunsPerSchedule: 10_000,
    },
  });
  const hosts = new Hosts(ground);

  const ledger = new Ledger({ commits, activity });
  const history = new History(db);
  const performer = new Performer({ fleet: hosts, ledger, turnstile: new Turnstile(), clock });
  const executor = new Executor({ fleet: hosts, ledger, performer, clock });
  const runs = new Runs({ ledger, history, executor, bus, clock, log });
  const hand = new Hand(runs, hosts);

  const store = new ScheduleStore(db);
  const roster = new Roster(settings.document);
  const claimant = new Claimant({ store, ledger, runs, roster, commits });
  const evaluator = new Evaluator({ roster, claimant, runs, bus, clock, log });
  const hasHost = (hostId: number) => hosts.has(hostId);
  const editor = new Editor({ store, roster, evaluator, activity, commits, bus, clock, hasHost });
  const schedules = new Schedules({ store, roster, editor, runs, history, clock });
  const past = new Past({ store, editor, schedules, clock });
  const whys = new Whys({ schedules, store, roster, history, clock });
  const retention = new Retention({ db, clock, log, limits: () => settings.document });
  const watchdog = new Watchdog({ roster, editor, history, bus, log });
  const byName = (hostId: number, name: string) => hosts.byName(hostId, name);
  const watcher = new Watcher({ roster, runs, bus, clock, log, byName });
  runs.onEnd((run, ending) =>
    followUpsOf(run, ending, { roster, nowMs: clock.now(), activeOf: (id) => runs.activeOf(id) }),
  );

  bus.on('settings.changed', (document) => {
    Promise.all([evaluator.rezone(document.timeZone), evaluator.setInstance(document)]).catch((error: unknown) =>
      log.error({ error }, 'the new settings could not be applied to the schedules'),
    );
  });

  const start = async () => {
    await hosts.start();
    await schedules.load();
    const open = await runs.recover();
    if (open > 0) log.info({ open }, 'going on with runs that were left open');
    await evaluator.start();
    retention.start();
  };
  const stop = async (graceMs: number) => {
    retention.stop();
    watchdog.stop();
    watcher.stop();
    await evaluator.stop();
    await runs.stop(graceMs);
    await hosts.stop();
  };
  return { activity, settings, hosts, history, runs, hand, schedules, past, whys, evaluator, start, stop };
};
