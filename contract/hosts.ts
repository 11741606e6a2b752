import * as v from 'valibot';
import { instant } from './common.ts';
import { timeWindows } from './windows.ts';

export const hostStatus = v.picklist(['online', 'offline', 'disabled', 'connecting']);
export type HostStatus = v.InferOutput<typeof hostStatus>;

/** What the engine says of itself. */
export const engineFacts = v.object({
  /** `docker` or `podman`, recognised by `/version`. */
  kind: v.picklist(['docker', 'podman']),
  version: v.string(),
  apiVersion: v.string(),
  operatingSystem: v.string(),
  architecture: v.string(),
});
export type EngineFacts = v.InferOutput<typeof engineFacts>;

export const host = v.object({
  id: v.number(),
  name: v.string(),
  url: v.string(),
  enabled: v.boolean(),
  color: v.string(),
  status: hostStatus,
  /** Why the host is not online, in words, with the remedy. */
  reason: v.nullable(v.string()),
  lastSeenAt: v.nullable(instant),
  engine: v.nullable(engineFacts),
  containers: v.object({ total: v.number(), running: v.number() }),
  /** When schedules may act on it, in the instance's zone; none: always. */
  windows: timeWindows,
});
export type Host = v.InferOutput<typeof host>;

/** What an edit may change; a field that is left out keeps its value. */
export const hostPatch = v.strictObject({ windows: v.optional(timeWindows) });
export type HostPatch = v.InferOutput<typeof hostPatch>;

/** `POST /api/v1/hosts/{hostId}/test`: how far a fresh connection got. The steps end with the first that failed. */
export const hostTest = v.object({
  ok: v.boolean(),
  steps: v.array(v.object({ name: v.string(), ok: v.boolean(), message: v.string() })),
  /** How long the engine took for a sign of life; null when there was none. */
  latencyMs: v.nullable(v.number()),
});
export type HostTest = v.InferOutput<typeof hostTest>;
