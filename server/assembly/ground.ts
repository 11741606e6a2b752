import type { Bus } from '../bus/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Database, GroupCommit } from '../database/index.ts';
import type { Destination, Engine } from '../engine/index.ts';
import type { Logger } from '../log/index.ts';
import type { Sight } from '../policy/index.ts';
import type { ActivityLog, Auditor } from '../rooms/activity/index.ts';
import type { Hosts } from '../rooms/hosts/index.ts';
import type { Roster } from '../rooms/schedules/index.ts';
import type { Settings } from '../rooms/settings/index.ts';
import type { Tags } from '../rooms/tags/index.ts';
import type { StateLog } from '../rooms/timeline/index.ts';
import type { Secrets } from '../secrets/index.ts';

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
  /** How long a host may be away before anybody is told; left out: half a minute. */
  hostPatienceMs?: number;
  connect(host: Destination & { id: number }): Engine;
}

/** What is there before the rooms that need each other are made. */
export interface Base extends Ground {
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

/** For messages: a host that is gone is named by its number. */
export const hostNameOf = (hosts: Hosts) => (hostId: number) =>
  hosts.has(hostId) ? hosts.nameOf(hostId) : `host ${hostId}`;
