import type { Container, Settings as SettingsDocument } from '../../contract/index.ts';
import { GroupCommit } from '../database/index.ts';
import { Outbound } from '../outbound/index.ts';
import { Sight } from '../policy/index.ts';
import { ActivityLog, Auditor } from '../rooms/activity/index.ts';
import { Happenings } from '../rooms/containers/index.ts';
import { HostKeeper, Hosts } from '../rooms/hosts/index.ts';
import type { Measuring } from '../rooms/metrics/index.ts';
import { openMetrics } from '../rooms/metrics/index.ts';
import type { Notifications } from '../rooms/notifications/index.ts';
import { Watch } from '../rooms/notifications/index.ts';
import type { Hand, History, Outputs, Runs } from '../rooms/runs/index.ts';
import type { Evaluator, Overrides, Past, Previews, Schedules, Whys } from '../rooms/schedules/index.ts';
import { Roster } from '../rooms/schedules/index.ts';
import { Sentinel } from '../rooms/sentinel/index.ts';
import { Settings } from '../rooms/settings/index.ts';
import { Tags } from '../rooms/tags/index.ts';
import type { Timelines } from '../rooms/timeline/index.ts';
import { StateLog } from '../rooms/timeline/index.ts';
import type { Updates } from '../rooms/updates/index.ts';
import { Registries, UpdateBlocks, UpdateBook } from '../rooms/updates/index.ts';
import type { Ground } from './ground.ts';
import { hostNameOf } from './ground.ts';
import { startRooms, stopRooms } from './life.ts';
import { openRuns } from './running.ts';
import { openScheduling, openTimelines } from './scheduling.ts';
import { localTimeIn, openNotifications, openUpdates } from './telling.ts';

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
  const registries = await Registries.open(base);
  const outbound = new Outbound(() => settings.document.allowPrivateAddresses);
  const notifications = openNotifications({
    ...base,
    outbound,
    isTrouble: (event, subject) => sentinel.isTrouble(event, subject),
  });
  const happenings = new Happenings(ground);
  const dataDir = ground.dataDir ?? null;
  const { notices } = notifications;
  const sentinel = new Sentinel({ ...base, fleet: hosts, notices, dataDir, localTime: localTimeIn(base) });
  const scheduleName = (id: number) => roster.get(id)?.name;
  const watch = new Watch({ ...base, outbound, hostName: hostNameOf(hosts), scheduleName });
  const { updates, announcements } = await openUpdates({ ...base, outbound, book, registries, notifications });
  const running = openRuns({ ...base, outbound, notifications, watch, blocks, registries });
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
