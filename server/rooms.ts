import type { Container, Settings as SettingsDocument } from '../contract/index.ts';
import type { Bus } from './bus/index.ts';
import type { Clock } from './clock/index.ts';
import type { Database } from './database/index.ts';
import { GroupCommit, isStorageFailure } from './database/index.ts';
import type { Destination, Engine } from './engine/index.ts';
import type { Logger } from './log/index.ts';
import { Memory } from './memory/index.ts';
import { Outbound } from './outbound/index.ts';
import { Sight } from './policy/index.ts';
import { Turnstile } from './rooms/actions/index.ts';
import { ActivityLog, Auditor } from './rooms/activity/index.ts';
import { Happenings } from './rooms/containers/index.ts';
import { HostKeeper, Hosts } from './rooms/hosts/index.ts';
import type { Measuring } from './rooms/metrics/index.ts';
import { openMetrics } from './rooms/metrics/index.ts';
import { Notifications, Watch } from './rooms/notifications/index.ts';
import {
  Executor,
  Gate,
  Hand,
  History,
  Ledger,
  OutlivedCalls,
  Outputs,
  Performer,
  Rehearsals,
  Restorer,
  Retention,
  Runs,
} from './rooms/runs/index.ts';
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
  Roster,
  ScheduleStore,
  Schedules,
  Watchdog,
  Watcher,
  Whys,
} from './rooms/schedules/index.ts';
import { Sentinel } from './rooms/sentinel/index.ts';
import { Settings } from './rooms/settings/index.ts';
import { Follower, Tags } from './rooms/tags/index.ts';
import { StateLog, StateRecorder, Timelines } from './rooms/timeline/index.ts';
import { Announcements, Registries, UpdateBlocks, UpdateBook, Updates } from './rooms/updates/index.ts';
import type { Secrets } from './secrets/index.ts';

/** What the rooms stand on. */
export interface Ground {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  localUrl: string;
  timeZone: string;
  ownContainerId: string | null;
  /** Where users reach the program; null or left out: nobody said. */
  baseUrl?: string | null;
  /** Where the database is; null or left out: nobody looks at its disk. */
  dataDir?: string | null;
  /** Between the two answers that make an update; left out: ten seconds. */
  confirmAfterMs?: number;
  connect(host: Destination & { id: number }): Engine;
}

/** Every room but those of the edge, made by hand and in order. */
export interface Rooms {
  activity: ActivityLog;
  auditor: Auditor;
  settings: Settings;
  outbound: Outbound;
  hosts: Hosts;
  hostKeeper: HostKeeper;
  tags: Tags;
  measuring: Measuring;
  sight: Sight;
  notifications: Notifications;
  watch: Watch;
  updates: Updates;
  history: History;
  runs: Runs;
  hand: Hand;
  outputs: Outputs;
  schedules: Schedules;
  past: Past;
  previews: Previews;
  overrides: Overrides;
  whys: Whys;
  timelines: Timelines;
  evaluator: Evaluator;
  /** Connects to the hosts, goes on with what was left open, and then claims what became due meanwhile. */
  start(): Promise<void>;
  /** Begins nothing more, gives what is under way `graceMs`, and lets go of the hosts. */
  stop(graceMs: number): Promise<void>;
}

export const createRooms = async (ground: Ground): Promise<Rooms> => {
  const { db, bus, clock } = ground;
  const commits = new GroupCommit(db);
  const activity = new ActivityLog({ db, bus, clock });
  const settings = await Settings.open({ db, bus, clock, activity, defaults: defaultsOf(ground) });
  const tags = await Tags.open({ db, activity });
  const blocks = await UpdateBlocks.open(ground);
  const book = await UpdateBook.open({ db, commits, blocks, isOn: () => settings.document.checkUpdates });
  const updateOf = (container: Container) => book.availableOf(container);
  const hosts = new Hosts({ ...ground, marksOf: tags.marksOf, updateOf });
  const hostKeeper = new HostKeeper({ ...ground, activity, hosts });
  tags.onChange((of) => hosts.relearn(of));
  bus.on('host.removed', ({ id }) => tags.forgetHost(id));
  const measuring = openMetrics({ hosts, bus, clock });
  const roster = new Roster(settings.document);
  const sight = new Sight(hosts, (id) => roster.get(id));
  const auditor = new Auditor(ground);
  const states = new StateLog(db);
  const base = { ...ground, commits, activity, auditor, settings, hosts, tags, roster, sight, states };
  const outbound = new Outbound(() => settings.document.allowPrivateAddresses);
  const notifications = openNotifications({ ...base, outbound });
  const happenings = new Happenings(ground);
  const dataDir = ground.dataDir ?? null;
  const sentinel = new Sentinel({ ...base, fleet: hosts, notices: notifications.notices, dataDir });
  const scheduleName = (id: number) => roster.get(id)?.name;
  const watch = new Watch({ ...base, outbound, hostName: hostNameOf(hosts), scheduleName });
  const { updates, announcements } = await openUpdates({ ...base, outbound, book, notifications });
  const running = openRuns({ ...base, outbound, notifications, watch, blocks });
  const scheduling = openScheduling({ ...base, ...running });
  const timing = openTimelines({ ...base, ...running, ...scheduling });
  const rooms = {
    activity,
    auditor,
    settings,
    outbound,
    hosts,
    hostKeeper,
    tags,
    measuring,
    sight,
    notifications,
    happenings,
    sentinel,
    watch,
    updates,
    announcements,
    ...running,
    ...scheduling,
    ...timing,
  };
  return { ...rooms, start: () => startRooms(rooms, ground), stop: (graceMs) => stopRooms(rooms, graceMs) };
};

const defaultsOf = ({ timeZone }: Ground): SettingsDocument => ({
  timeZone,
  isPaused: false,
  windows: [],
  keepRunsDays: 90,
  keepRunsPerSchedule: 10_000,
  keepOutputDays: 30,
  keepActivityDays: 365,
  backupHour: 3,
  keepBackups: 7,
  allowPrivateAddresses: false,
  checkUpdates: true,
  checkUpdatesEveryMs: 6 * 3_600_000,
});

interface Base extends Ground {
  commits: GroupCommit;
  activity: ActivityLog;
  auditor: Auditor;
  settings: Settings;
  hosts: Hosts;
  tags: Tags;
  roster: Roster;
  sight: Sight;
  states: StateLog;
}

const hostNameOf = (hosts: Hosts) => (hostId: number) => (hosts.has(hostId) ? hosts.nameOf(hostId) : `host ${hostId}`);

const openNotifications = (base: Base & { outbound: Outbound }): Notifications => {
  const { hosts, roster, settings } = base;
  const localTime = (ms: number) => {
    const { timeZone } = settings.document;
    const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime();
    return `${at.toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${timeZone}`;
  };
  return new Notifications({
    ...base,
    baseUrl: base.baseUrl ?? null,
    hostName: hostNameOf(hosts),
    localTime,
    timeZone: () => settings.document.timeZone,
    marksOf: (hostId, name) => {
      const container = hosts.byName(hostId, name);
      return container && { stack: container.stack, tags: container.tags.map((tag) => tag.name) };
    },
    nextRun: (scheduleId) => {
      const nextSlotAt = roster.get(scheduleId)?.nextSlotAt ?? null;
      return nextSlotAt === null ? null : localTime(nextSlotAt);
    },
  });
};

const openUpdates = async (
  base: Base & { outbound: Outbound; book: UpdateBook; notifications: Notifications },
): Promise<{ updates: Updates; announcements: Announcements }> => {
  const { notices } = base.notifications;
  const announcements = await Announcements.open({ ...base, notices, hostName: hostNameOf(base.hosts) });
  const registries = await Registries.open(base);
  return { announcements, updates: new Updates({ ...base, registries, onUpdate: announcements.tell }) };
};

const openRuns = (
  base: Base & { outbound: Outbound; notifications: Notifications; watch: Watch; blocks: UpdateBlocks },
) => {
  const { db, bus, clock, log, commits, activity, auditor, settings, hosts, sight, outbound, notifications } = base;
  const { pings } = base.watch;
  const ledger = new Ledger({ commits, activity, clock, log });
  ledger.onBegun(pings.onRunBegun);
  ledger.onEnded(async (trx, run) => {
    await orLog(log, () => notifications.notices.onRunEnded(trx, run));
    await orLog(log, () => pings.onRunEnded(trx, run));
  });
  ledger.onUpdated({
    record: async (trx, updated) => {
      await base.blocks.record(trx, updated);
      await orLog(log, () => notifications.notices.onUpdated(trx, updated));
    },
    tell: (updated) => {
      base.blocks.note(updated);
      bus.emit('container.updated', updated);
    },
  });
  const history = new History(db);
  const outputs = new Outputs({ db, commits, bus, clock, log });
  const gate = new Gate({ fleet: hosts, clock, timeZone: () => settings.document.timeZone });
  const turnstile = new Turnstile();
  const notifier = notifications.notices;
  const outlived = new OutlivedCalls({ fleet: hosts, ledger, history, turnstile, clock, log });
  const performer = new Performer({
    fleet: hosts,
    ledger,
    outputs,
    turnstile,
    outlived,
    gate,
    outbound,
    notifier,
    blocks: base.blocks,
    clock,
  });
  const executor = new Executor({
    fleet: hosts,
    ledger,
    performer,
    restorer: new Restorer({ ledger, history }),
    outlived,
    clock,
  });
  const runs = new Runs({ ledger, history, executor, bus, clock, log });
  const retention = new Retention({
    db,
    clock,
    log,
    limits: () => settings.document,
    forgetActivity: (before) => auditor.forgetBefore(before),
  });
  const rehearsals = new Rehearsals({ fleet: hosts, clock, timeZone: () => settings.document.timeZone });
  return { ledger, history, outputs, runs, rehearsals, hand: new Hand({ runs, fleet: hosts, sight }), retention };
};

/** A fault in what tells of runs must not keep a run from ending; a disk that takes nothing does, and is tried again. */
const orLog = async (log: Logger, tell: () => Promise<void>): Promise<void> => {
  try {
    await tell();
  } catch (error) {
    if (isStorageFailure(error)) throw error;
    log.error({ error }, 'what the end of a run means could not be queued to be told');
  }
};

const openScheduling = (base: Base & ReturnType<typeof openRuns>) => {
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

const openTimelines = (base: Base & { history: History; forecast: Forecast }) => ({
  timelines: new Timelines({ ...base, containers: () => base.hosts.containers() }),
  recorder: new StateRecorder(base),
});

type Opened = { happenings: Happenings; sentinel: Sentinel; announcements: Announcements } & Pick<
  Rooms,
  'notifications' | 'watch' | 'updates' | 'hosts' | 'measuring' | 'runs' | 'schedules' | 'evaluator'
> &
  ReturnType<typeof openRuns> &
  ReturnType<typeof openScheduling> &
  ReturnType<typeof openTimelines>;

const startRooms = async (rooms: Opened, { log }: Ground): Promise<void> => {
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

const stopRooms = async (rooms: Opened, graceMs: number): Promise<void> => {
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
