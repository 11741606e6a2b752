import type { ActionOptions, AvailableAction, HandAction, Permission } from '../../../contract/index.ts';
import type { Engine, InspectedContainer } from '../../engine/index.ts';

/** What the look at a container says of an action that was asked for. */
export type Verdict =
  /** The state that the action is to bring was seen. */
  | { kind: 'done'; message: string }
  /** Not yet: look again. */
  | { kind: 'waiting'; message: string }
  /** It cannot come true any more. */
  | { kind: 'failed'; message: string };

/** The part of a container's state that is kept in the journal before the engine is called. */
export type StateBefore = Pick<
  InspectedContainer,
  'id' | 'state' | 'running' | 'paused' | 'startedAtText' | 'stopTimeoutMs'
>;

/** One thing that can be done to a container. A new one is a file like its neighbours and a line in the registry. */
export interface Action {
  name: AvailableAction | HandAction;
  /** The words of messages, for example `restarted`. */
  past: string;
  /** The options that this action understands; others are refused. */
  options: readonly (keyof ActionOptions)[];
  /** Those without which it cannot be done; none where it is left out. */
  required?: readonly (keyof ActionOptions)[];
  /** The right that it needs beside the one to act on the container. */
  right?: Permission;
  /** True where the container is gone when it has come true. */
  endsContainer?: boolean;
  /** When there is nothing to do, or nothing can be done, in the state that the container is in. */
  precheck(before: StateBefore, options: ActionOptions): Verdict | null;
  /** Asks the engine. */
  call(engine: Engine, before: StateBefore, options: ActionOptions): Promise<void>;
  /** Compares what is seen with what was before: success means that the state was seen. */
  judge(before: StateBefore, now: InspectedContainer, options: ActionOptions): Verdict;
  /**
   * What the engine's answer says, where no look at the container could add anything, neither before nor after; null, or
   * left out: look.
   */
  answered?(options: ActionOptions): Verdict | null;
  /** How long the engine may take to do it, milliseconds: no call is given up earlier. */
  patienceMs(before: StateBefore, options: ActionOptions): number;
}

/** The engine's default between the stop signal and the kill (Docker Engine API, ContainerStop). */
export const engineStopTimeoutMs = 10_000;

/** What a loaded engine may need beyond the container's own time to stop. */
export const marginMs = 20_000;

export const done = (message: string): Verdict => ({ kind: 'done', message });
export const waiting = (message: string): Verdict => ({ kind: 'waiting', message });
export const failed = (message: string): Verdict => ({ kind: 'failed', message });

/** The time that a stop may take: the caller's, else the container's own, else the engine's default. */
export const stopTimeMs = (before: StateBefore, options: ActionOptions): number =>
  options.timeoutMs ?? before.stopTimeoutMs ?? engineStopTimeoutMs;
