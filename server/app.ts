import { dirname, join } from 'node:path';
import { admissionOf } from './admission.ts';
import type { Rooms } from './assembly/index.ts';
import { createRooms } from './assembly/index.ts';
import { Bus } from './bus/index.ts';
import type { Clock } from './clock/index.ts';
import type { Config } from './config.ts';
import { lockDatabase, openDatabase } from './database/index.ts';
import { connectEngine, ownContainerId } from './engine/index.ts';
import type { HttpApp, Route } from './http/index.ts';
import { createHttpApp } from './http/index.ts';
import type { Logger } from './log/index.ts';
import { packageRoot, packageVersion } from './package.ts';
import { Accounts, accountsRoutes } from './rooms/accounts/index.ts';
import { activityRoutes } from './rooms/activity/index.ts';
import { ApiKeys, apiKeyRoutes } from './rooms/api-keys/index.ts';
import { Backups, backupRoutes } from './rooms/backup/index.ts';
import { CloserLook, Containers, containerRoutes } from './rooms/containers/index.ts';
import { EventFeed, eventsRoutes } from './rooms/events/index.ts';
import { hostRoutes } from './rooms/hosts/index.ts';
import { Stores, stockRoutes } from './rooms/images/index.ts';
import { logRoutes } from './rooms/logs/index.ts';
import { metricsRoutes } from './rooms/metrics/index.ts';
import { notificationRoutes, pingRoutes } from './rooms/notifications/index.ts';
import { runRoutes } from './rooms/runs/index.ts';
import { scheduleRoutes } from './rooms/schedules/index.ts';
import type { HealthCheck } from './rooms/service/index.ts';
import { databaseCheck, Health, serviceRoutes } from './rooms/service/index.ts';
import { settingsRoutes } from './rooms/settings/index.ts';
import { tagRoutes } from './rooms/tags/index.ts';
import { timelineRoutes } from './rooms/timeline/index.ts';
import { updateRoutes } from './rooms/updates/index.ts';
import { openWebhooks } from './rooms/webhooks/index.ts';
import { openKeyRing, Secrets } from './secrets/index.ts';

/** The whole program. */
export interface App {
  /** Connects, recovers, claims what is due, and takes calls; answers with the address to open. */
  start(): Promise<{ address: string }>;
  /** Ends everything in order; what is under way gets `graceMs`, the rest is journalled for the next start. */
  stop(graceMs: number): Promise<void>;
}

/** The composition root: every part is made here, by hand, in order. */
export const createApp = async (config: Config, { clock, log }: { clock: Clock; log: Logger }): Promise<App> => {
  const bus = new Bus((error, fact) => log.error({ error, fact }, 'a listener failed'));
  const version = packageVersion();
  const lock = lockDatabase(config.databaseFile);
  const database = await openDatabase(config.databaseFile, clock.now());
  const { db } = database;
  if (database.backupFile) log.info({ backupFile: database.backupFile }, 'copied the database before migrating it');
  const secrets = new Secrets(openKeyRing(config.dataDir, config.secretKey));
  const rooms = await createRooms({
    db,
    bus,
    clock,
    log,
    secrets,
    ...surroundingsOf(config),
  });
  const { post } = rooms.notifications;
  const accounts = await Accounts.open({ db, clock, secrets, ...rooms, ...config, post });
  const rightsOf = (role: string) => accounts.roles.rightsOf(role);
  const apiKeys = new ApiKeys({ db, clock, ...rooms, rightsOf, hasHost: (hostId) => rooms.hosts.has(hostId) });
  const feed = feedOf(rooms, { bus, clock, log, version });
  const backups = new Backups({ databaseFile: config.databaseFile, bus, clock, log, ...rooms });
  const health = new Health({ clock, log, version, checks: [databaseCheck(db, clock), ...checksOf(rooms, backups)] });

  let isReady = false;
  let openApi: Promise<Record<string, unknown>> | undefined;
  const http: HttpApp = createHttpApp({
    routes: [
      ...serviceRoutes({ version, health, openApi: () => (openApi ??= http.openApi(version)) }),
      ...accountsRoutes(accounts),
      ...apiKeyRoutes(apiKeys),
      ...openWebhooks({ db, clock, secrets, ...rooms, rightsOf }),
      ...roomRoutes(rooms, { bus, clock }),
      ...backupRoutes(backups),
      ...eventsRoutes(feed),
    ],
    ...admissionOf(accounts, apiKeys, rooms, log),
    isReady: () => isReady,
    clock,
    log,
    db,
    webDir: join(packageRoot(), 'dist/web'),
    baseUrl: config.baseUrl,
    trustProxy: config.trustProxy,
    forceHttps: config.forceHttps,
    callsPerMinute: config.callsPerMinute,
  });

  const start = async () => {
    await heedEnvironment(config, accounts, log);
    // First the port: where it cannot be had, nothing is to have begun that would be cut short.
    const { port } = await http.listen(config.host, config.port);
    await rooms.start();
    backups.start();
    isReady = true;
    return { address: config.baseUrl ?? `http://${isAnyAddress(config.host) ? 'localhost' : config.host}:${port}` };
  };
  const stop = async (graceMs: number) => {
    // At the same time: a call that is still being answered must not keep the schedules firing meanwhile.
    await Promise.all([backups.stop(), http.close(graceMs), rooms.stop(graceMs), accounts.close()]);
    feed.close();
    await database.close();
    lock.release();
  };
  return { start, stop };
};

const surroundingsOf = (config: Config) => ({
  localUrl: config.dockerHost,
  timeZone: config.timeZone,
  ownContainerId: ownContainerId(),
  baseUrl: config.baseUrl,
  dataDir: dirname(config.databaseFile),
  connect: connectEngine,
});

const feedOf = (
  { schedules, sight }: Rooms,
  parts: { bus: Bus; clock: Clock; log: Logger; version: string },
): EventFeed => new EventFeed({ ...parts, sight, findSchedule: async (id) => (await schedules.find(id)) ?? null });

/** What the environment says of accounts. */
const heedEnvironment = async (config: Config, accounts: Accounts, log: Logger): Promise<void> => {
  if (config.admin && (await accounts.createAdminFromEnvironment(config.admin))) {
    log.info({ username: config.admin.username }, 'made the first account from the environment');
  }
  if (config.allowPasswords) log.warn({}, 'ALLOW_PASSWORDS is set: passwords lead in, whatever the sign-in provider');
};

/** The routes of the rooms that need nothing of the edge. */
const roomRoutes = (rooms: Rooms, { bus, clock }: { bus: Bus; clock: Clock }): Route[] => [
  ...settingsRoutes(rooms.settings),
  ...hostRoutes(rooms),
  ...tagRoutes(rooms),
  ...containerRoutes(new Containers(rooms.hosts, clock), new CloserLook(rooms.hosts, rooms.schedules, rooms.updates)),
  ...stockRoutes({ ...rooms, stores: new Stores(rooms.hosts, clock, rooms.updates) }),
  ...metricsRoutes({ ...rooms.measuring, sight: rooms.sight }),
  ...logRoutes({ fleet: rooms.hosts, bus, clock }),
  ...runRoutes({ ...rooms, fleet: rooms.hosts }),
  ...scheduleRoutes(rooms),
  ...timelineRoutes(rooms.timelines),
  ...notificationRoutes(rooms.notifications),
  ...pingRoutes(rooms.watch),
  ...updateRoutes(rooms),
  ...activityRoutes(rooms),
];

const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Anybody may read these: they name no host. */
const checksOf = ({ evaluator, hosts }: Rooms, backups: Backups): HealthCheck[] => [
  {
    name: 'scheduler',
    check: () => {
      const { state } = evaluator;
      return state.kind === 'running' ? { status: 'ok' } : { status: 'degraded', message: state.message };
    },
  },
  {
    name: 'engines',
    check: () => {
      const away = hosts.list().filter((host) => host.enabled && host.status !== 'online').length;
      return away === 0 ? { status: 'ok' } : { status: 'degraded', message: `${away} of the hosts cannot be reached` };
    },
  },
  {
    name: 'backup',
    check: () =>
      backups.last?.ok === false
        ? { status: 'degraded', message: 'the last copy of the database could not be made; the log says why' }
        : { status: 'ok' },
  },
];
