import * as v from 'valibot';
import { instant } from './common.ts';
import { containerState, health, port } from './containers.ts';
import { containerUpdate } from './updates.ts';

/** One answer of a container's health check. */
export const probe = v.object({
  startedAt: v.nullable(instant),
  endedAt: v.nullable(instant),
  exitCode: v.number(),
  /** What it wrote; null for who lacks the right `logs`. */
  output: v.nullable(v.string()),
});

/** A variable of the environment. */
export const variable = v.object({
  name: v.string(),
  /** Null where it is withheld: it looks like a secret, or the caller lacks the right `operate`. */
  value: v.nullable(v.string()),
});
export type Variable = v.InferOutput<typeof variable>;

export const mount = v.object({
  /** `bind`, `volume`, `tmpfs` and what else engines know. */
  kind: v.string(),
  /** The folder on the host, or the volume's name. */
  source: v.string(),
  destination: v.string(),
  isReadOnly: v.boolean(),
  /** A volume that nobody named: it goes with the container when its removal is told to take these along. */
  isAnonymous: v.boolean(),
});

/** Another container that cannot do without this one, and why. */
export const dependant = v.object({
  hostId: v.number(),
  container: v.string(),
  /** It uses its network, processes or IPC; or compose says that it depends on it. */
  why: v.picklist(['shares', 'compose']),
});

/** What the engine knows of a container beyond its row, asked when somebody looks. */
export const containerDetails = v.object({
  hostId: v.number(),
  container: v.string(),
  id: v.string(),
  image: v.string(),
  imageId: v.string(),
  state: containerState,
  /** Null where there is no health check. */
  health: v.nullable(v.object({ status: v.nullable(health), failingStreak: v.number(), probes: v.array(probe) })),
  exitCode: v.number(),
  oomKilled: v.boolean(),
  /** The engine's words when it could not start the container; empty without. */
  error: v.string(),
  restartCount: v.number(),
  restartPolicy: v.object({ name: v.string(), maximumRetryCount: v.number() }),
  /** Program and arguments; null for who lacks the right `operate`: passwords stand there. */
  command: v.nullable(v.array(v.string())),
  user: v.string(),
  workingDir: v.string(),
  hostName: v.string(),
  /** Whether it was made with a terminal: then its output is one stream, and errors stand among the rest. */
  hasTerminal: v.boolean(),
  stopSignal: v.nullable(v.string()),
  stopTimeoutMs: v.nullable(v.number()),
  networkMode: v.string(),
  networks: v.array(
    v.object({
      name: v.string(),
      ipAddress: v.nullable(v.string()),
      ipv6Address: v.nullable(v.string()),
      gateway: v.nullable(v.string()),
      aliases: v.array(v.string()),
    }),
  ),
  ports: v.array(port),
  mounts: v.array(mount),
  /** Null: without a limit. */
  limits: v.object({
    memoryBytes: v.nullable(v.number()),
    cpus: v.nullable(v.number()),
    cpuSet: v.nullable(v.string()),
    pids: v.nullable(v.number()),
  }),
  environment: v.array(variable),
  dependants: v.array(dependant),
  /** Whether there is a newer image. */
  update: containerUpdate,
});
export type ContainerDetails = v.InferOutput<typeof containerDetails>;

export const containerEnvironment = v.object({ environment: v.array(variable) });

export const containerSize = v.object({
  /** What the container has written beside its volumes; null where the engine does not say. */
  writtenBytes: v.nullable(v.number()),
  /** That and its image. */
  totalBytes: v.nullable(v.number()),
});
export type ContainerSize = v.InferOutput<typeof containerSize>;

/** What would go with a container, and what would miss it: shown before it is removed. */
export const containerRemoval = v.object({
  /** Whose removal was looked at: given along as `containerId`, no other one of that name is removed. */
  containerId: v.string(),
  /** Then it goes by force only. */
  isRunning: v.boolean(),
  /** What it has written beside its volumes is lost in any case; null where the engine does not say. */
  writtenBytes: v.nullable(v.number()),
  /** Of these the anonymous ones go along when the removal is told to take them. */
  volumes: v.array(v.object({ name: v.string(), destination: v.string(), isAnonymous: v.boolean() })),
  dependants: v.array(dependant),
  /**
   * The schedules that mean it now, of those that the caller sees. Those by its name would find nothing; those by a
   * tag, a label, a stack or a pattern would act on one less.
   */
  schedules: v.array(v.object({ id: v.number(), name: v.string(), by: v.picklist(['name', 'selector']) })),
});
export type ContainerRemoval = v.InferOutput<typeof containerRemoval>;

export const containerProcesses = v.object({
  titles: v.array(v.string()),
  /** One row per process, a cell per title. */
  processes: v.array(v.array(v.string())),
});
export type ContainerProcesses = v.InferOutput<typeof containerProcesses>;
