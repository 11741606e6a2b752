/** How long each call may take, in milliseconds. A call without an end would hold its container or its host for ever. */
export const deadlines = {
  /** A socket of this machine answers at once, one in a LAN within milliseconds, one across the world in half a second. */
  connect: 2000,
  /** With the silence before it (see silence.ts) a hung engine is noticed within ten seconds. */
  ping: 4000,
  /** Podman takes half a second for its version on a small machine. */
  version: 10_000,
  /** Until the engine accepts the subscription; the stream itself has no end. */
  subscribe: 10_000,
  /** Until the log begins: for a time within a large one, the engine reads all that is before. */
  logs: 60_000,
  /** Thousands of containers on a slow disk; Podman needs 1.5 ms for each. */
  list: 30_000,
  /** The engine answers when it is done with what it does to this container, a start for instance. */
  inspect: 10_000,
  /** Nothing starts yet: the engine writes down what is to be. */
  create: 30_000,
  /** What runs is killed first; a large container's files take their time to go. */
  remove: 120_000,
  /** Until the first sign of progress; the fetching itself is bounded by whoever asked. */
  pull: 120_000,
  /** Every file of every volume is looked at. */
  diskUse: 300_000,
  /** Thousands of layers on a slow disk. */
  prune: 1_800_000,
  /** Mounting network volumes and setting up networks is part of a start. */
  start: 60_000,
  /** After the container's own time the engine kills it, and waits up to ten seconds for its end. */
  stopMargin: 30_000,
  /** The engine waits up to ten seconds for the end of what it killed. */
  kill: 30_000,
  /** Freezing waits for processes that are busy in the kernel. */
  pause: 30_000,
} as const;
