import * as v from 'valibot';
import { instant } from './common.ts';
import { timeWindows } from './windows.ts';

/** `GET /health`: nothing here names a host or a secret, since it needs no login. */
export const healthAnswer = v.object({
  status: v.picklist(['ok', 'degraded', 'unavailable']),
  version: v.string(),
  startedAt: instant,
  checks: v.record(
    v.string(),
    v.object({ status: v.picklist(['ok', 'degraded', 'failed']), message: v.optional(v.string()) }),
  ),
});
export type HealthAnswer = v.InferOutput<typeof healthAnswer>;
export const versionAnswer = v.object({ version: v.string() });

/** The instance's settings: one typed document. */
export const settings = v.object({
  /** The IANA zone of schedules that name none, and of the UI. */
  timeZone: v.string(),
  /** True while nothing fires: slots are recorded as skipped, actions by hand go on. */
  isPaused: v.boolean(),
  /** When runs of any schedule may begin, in the instance's zone; none: always. */
  windows: timeWindows,
  /** Runs that ended longer ago are deleted, but for the last twenty of each schedule. */
  keepRunsDays: v.number(),
  /** Of each schedule so many runs are kept. */
  keepRunsPerSchedule: v.number(),
  /** What commands and containers of runs wrote is deleted after so many days, where the runs stay longer. */
  keepOutputDays: v.number(),
  /** Lines of the activity log are deleted after so many days; the chain goes on from an anchor. */
  keepActivityDays: v.number(),
  /** The hour, by the instance's zone, at which the database is copied each day; null: never by itself. */
  backupHour: v.nullable(v.number()),
  /** So many copies of each kind are kept. */
  keepBackups: v.number(),
  /** Whether requests that users set up (steps, notifications) may go to this machine and the networks around it. */
  allowPrivateAddresses: v.boolean(),
  /** Whether registries are asked by themselves for newer images. */
  checkUpdates: v.boolean(),
  /** How often each image is asked for. */
  checkUpdatesEveryMs: v.number(),
});
export type Settings = v.InferOutput<typeof settings>;
export const settingsPatch = v.strictObject({
  timeZone: v.optional(v.pipe(v.string(), v.maxLength(64))),
  isPaused: v.optional(v.boolean()),
  windows: v.optional(timeWindows),
  keepRunsDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
  keepRunsPerSchedule: v.optional(v.pipe(v.number(), v.integer(), v.minValue(20), v.maxValue(1_000_000))),
  keepActivityDays: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(30, 'must be at least 30'), v.maxValue(3650)),
  ),
  keepOutputDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
  backupHour: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(23)))),
  keepBackups: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1, 'must be at least 1'), v.maxValue(100, 'must be at most 100')),
  ),
  allowPrivateAddresses: v.optional(v.boolean()),
  checkUpdates: v.optional(v.boolean()),
  checkUpdatesEveryMs: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(3_600_000, 'must be at least an hour'),
      v.maxValue(30 * 86_400_000, 'must be at most 30 days'),
    ),
  ),
});
