import * as v from 'valibot';
import { instant, pageQuery } from './common.ts';

export const containerState = v.picklist(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
export type ContainerState = v.InferOutput<typeof containerState>;

export const health = v.picklist(['starting', 'healthy', 'unhealthy']);

/** A published or exposed port. */
export const port = v.object({
  ip: v.nullable(v.string()),
  privatePort: v.number(),
  publicPort: v.nullable(v.number()),
  protocol: v.string(),
});

/** A container as the picture of its host knows it. */
export const container = v.object({
  hostId: v.number(),
  id: v.string(),
  name: v.string(),
  image: v.string(),
  imageId: v.string(),
  state: containerState,
  /** Null where the container has no health check. */
  health: v.nullable(health),
  /** The engine's own words, for example `Up 3 hours (healthy)`. */
  status: v.string(),
  exitCode: v.nullable(v.number()),
  /** True where it ended because memory ran out and the kernel killed it. */
  oomKilled: v.boolean(),
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
  createdAt: instant,
  ipAddresses: v.array(v.string()),
  ports: v.array(port),
  /** The compose project and service, from the labels. */
  stack: v.nullable(v.string()),
  service: v.nullable(v.string()),
  labels: v.record(v.string(), v.string()),
  /** What it cannot do without: the container whose network, process or IPC namespace it shares, by name or ID. */
  sharesWith: v.array(v.string()),
  tags: v.array(
    v.object({
      name: v.string(),
      color: v.string(),
      /** The label that gives it, so that nobody can take it off by hand; null: given by hand only. */
      label: v.nullable(v.string()),
    }),
  ),
  /** Always http or https. */
  webUrl: v.nullable(v.string()),
  /** Where the address comes from: by hand, from the label `chrontainer.web-url`, or guessed from a published port. */
  webUrlSource: v.nullable(v.picklist(['set', 'label', 'guess'])),
  /** Whether there is a newer image; null: nobody knows, and the details say why. */
  updateAvailable: v.nullable(v.boolean()),
  /** True while the host cannot be reached: what is shown is the last that was known. */
  stale: v.boolean(),
  /** True for the container that runs Chrontainer itself. */
  isSelf: v.boolean(),
});
export type Container = v.InferOutput<typeof container>;

export const containerQuery = v.strictObject({
  ...pageQuery,
  host: v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a host ID'), v.transform(Number))),
  status: v.optional(v.string()),
  stack: v.optional(v.string()),
  tag: v.optional(v.string()),
  /** `true`: only those with a newer image; `false`: only those that are up to date. */
  update: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
  /** `name`, or `name=value`. */
  label: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1300))),
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
});
export type ContainerQuery = v.InferOutput<typeof containerQuery>;
