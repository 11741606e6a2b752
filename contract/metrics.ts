import * as v from 'valibot';
import { instant } from './common.ts';

/** What a container uses at one moment. Counters begin with the container's start. */
export const containerStats = v.object({
  hostId: v.number(),
  /** Its name. */
  container: v.string(),
  at: instant,
  /** 100 is one whole core; null in the first sample, since use has a length. */
  cpuPercent: v.nullable(v.number()),
  /** 100 is the whole host. */
  cpuPercentOfHost: v.nullable(v.number()),
  cpus: v.number(),
  /** Without the page cache that the kernel can take back. */
  memoryBytes: v.number(),
  /** The container's limit, or the host's memory; null where the engine does not say. */
  memoryLimitBytes: v.nullable(v.number()),
  /** Null where the engine counts none: no network, or the host's. */
  networkReceivedBytes: v.nullable(v.number()),
  networkSentBytes: v.nullable(v.number()),
  blockReadBytes: v.number(),
  blockWrittenBytes: v.number(),
  /** Processes and threads. */
  pids: v.number(),
});
export type ContainerStats = v.InferOutput<typeof containerStats>;

/** A container that is watched has no samples at the moment. */
export const statsPause = v.object({ hostId: v.number(), container: v.string(), reason: v.string() });
export type StatsPause = v.InferOutput<typeof statsPause>;

/** How far back, for example `90s`, `15m` or `1h`. In milliseconds once parsed. */
const range = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a number with s, m, h or d, for example 15m'),
  v.transform((text) => Number(text.slice(0, -1)) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[text.slice(-1)] ?? 0) * 1000),
);

const isTrue = v.optional(v.picklist(['true', 'false'], 'must be true or false'), 'false');

export const followQuery = v.strictObject({ follow: isTrue });
export const metricsQuery = v.strictObject({ range: v.optional(range, '10m') });
export const hostMetricsQuery = v.strictObject({
  follow: isTrue,
  /** Asks the engine to count its disk use, which can take it a while; the answer is kept for some minutes. */
  disk: isTrue,
});

/** What is known of the time asked for: samples are kept only while somebody watches. */
export const containerMetrics = v.object({
  hostId: v.number(),
  container: v.string(),
  /** From when to when there are samples; null while there is none. */
  known: v.nullable(v.object({ from: instant, to: instant })),
  samples: v.array(v.omit(containerStats, ['hostId', 'container', 'cpus'])),
});
export type ContainerMetrics = v.InferOutput<typeof containerMetrics>;

/** The sum of what a host's containers use. */
export const hostUse = v.object({
  at: instant,
  /** 100 is the whole host. */
  cpuPercent: v.nullable(v.number()),
  memoryBytes: v.number(),
  /** How many containers are in the sum, and how many run. */
  measured: v.number(),
  running: v.number(),
});
export type HostUse = v.InferOutput<typeof hostUse>;

export const diskUse = v.object({
  at: instant,
  imagesBytes: v.number(),
  /** What containers wrote into their own layer. */
  containersBytes: v.number(),
  volumesBytes: v.number(),
  buildCacheBytes: v.number(),
});
export type DiskUse = v.InferOutput<typeof diskUse>;

export const hostMetrics = v.object({
  hostId: v.number(),
  at: instant,
  cpus: v.number(),
  memoryBytes: v.number(),
  images: v.number(),
  containers: v.object({ total: v.number(), running: v.number() }),
  /** Of the containers that somebody watches right now; null when nobody watches any. */
  use: v.nullable(hostUse),
  /** Null unless it was asked for. */
  disk: v.nullable(diskUse),
});
export type HostMetrics = v.InferOutput<typeof hostMetrics>;
