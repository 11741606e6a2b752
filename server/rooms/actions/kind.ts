import type {
  ActionOptions,
  AvailableStep,
  Container,
  FinalOutcome,
  HandAction,
  Permission,
  Severity,
  Step,
} from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Engine, InspectedContainer, OutputPiece, RestartPolicy } from '../../engine/index.ts';
import type { FieldError } from '../../errors/index.ts';
import type { Outbound } from '../../outbound/index.ts';
import type { RegistryAccount } from '../../registry/index.ts';
import type { StateBefore, Verdict } from './action.ts';

/** What an attempt came to; `mayRetry` where the error can pass by itself. */
export interface Attempted {
  outcome: FinalOutcome;
  message: string;
  reason: string | null;
  mayRetry: boolean;
  /** The step's time is over, and the engine still at the call: nothing else may act on the container until it is not. */
  isUnderWay?: true;
  /** Of a command or a container that has ended. */
  exitCode?: number;
  /** Of an update that brought another image, or tried to. */
  change?: ImageChange;
}

/** What became of the exchange of a container's image. */
export interface ImageChange {
  outcome: 'done' | 'rolled_back';
  image: string;
  /** What the registry calls the two; null where it is not known. */
  fromDigest: string | null;
  toDigest: string | null;
  /** All names that the new image has: its ID, and its digests. */
  toDigests: string[];
  /** Why it was rolled back; null where it was not. */
  reason: string | null;
}

export const ended = (outcome: FinalOutcome, message: string, reason: string | null = null): Attempted => ({
  outcome,
  message,
  reason,
  mayRetry: false,
});

/** What the journal keeps of an attempt, so that the next start can find out what became of it. */
export interface Note {
  /** The container as it was before anything was asked of it. */
  before?: StateBefore;
  /** The whole ID of the image that is to go. */
  imageId?: string;
  /** The engine's ID of the command that was prepared. */
  execId?: string;
  /** How the container of a job ended: from here on only its removal is left. */
  exitCode?: number;
  update?: UpdateNote;
}

/** What is known of an update before its next step is done. */
export interface UpdateNote {
  image: string;
  fromDigest: string | null;
  policy: RestartPolicy;
  /** The new image, when it is there and differs; with its digests. */
  next?: { id: string; digests: string[] };
  wasUnhealthy: boolean;
  /** Why everything is being put back: from here on only that is done. Blamed is the new image. */
  undoing?: { reason: string; isBlamed: boolean };
}

/** Which images were rolled back on which containers. */
export interface Blocks {
  /** Why one of these may not be taken; null: it may. */
  reasonFor(hostId: number, container: string, digests: readonly string[]): string | null;
}

/** Who we are at a registry; null: nobody. @throws ChrontainerError CHR_SECRET_UNREADABLE */
export type AccountAt = (registry: string) => RegistryAccount | null;

/** Takes what a process writes; keeps its beginning and its end. */
export interface Output {
  write(piece: OutputPiece): void;
}

/** An attempt that an earlier life of the program had dispatched without seeing its outcome. */
export interface Dispatched {
  note: Note;
  /** Epoch milliseconds. */
  dispatchedAt: number;
}

/** A message that a step sends. */
export interface Notice {
  /** The same for the same step of the same run: queued twice it is sent once. */
  key: string;
  title: string;
  body: string;
  severity: Severity;
  runId: string;
  /** Left out: all that are switched on. */
  channels?: number[];
}

/** Takes messages for people. */
export interface Notifier {
  /**
   * Resolves with the names of the channels when the message is on the disk for each.
   * @throws ChrontainerError when there is no channel that it could go to
   */
  queue(notice: Notice): Promise<string[]>;
}

/** What it takes to look at what a step did. */
export interface Looking {
  step: Step;
  clock: Clock;
  /** Aborted with an Interruption when the run is broken off. */
  signal: AbortSignal;
  /** @throws ChrontainerError when the step acts on no host, or that host is gone or disabled */
  engine(): Engine;
}

/** The means to do one step on one target. */
export interface Work extends Looking {
  runId: string;
  /** The container's name; null where the step acts on none. */
  container: string | null;
  /** The container of exactly that name, as the picture of its host has it now: free of charge, and perhaps old. */
  pictured(): Container | undefined;
  /** The target of the same step and host that it came after, and depends on. */
  after: string | null;
  /** The way to addresses that users gave. */
  outbound: Outbound;
  notifier: Notifier;
  blocks: Blocks;
  accountAt: AccountAt;
  /** What the run is called: its schedule, or what was done by hand. */
  runName: string;
  /** The step's place in the run, from 0. */
  stepIndex: number;
  /** The write-ahead: resolves when the note is on the disk. Nothing that has an effect may come before it. */
  dispatch(note: Note): Promise<void>;
  /** Changes what the journal keeps of this attempt; resolves when that is on the disk. */
  amend(note: Note): Promise<void>;
  /** Where this target's output goes, behind what it has already or anew. */
  output(mode: 'append' | 'anew'): Promise<Output>;
  /** Nothing else acts on this target until the call has ended, even when nobody waits for it any more. */
  hold(call: Promise<unknown>): void;
}

/**
 * One kind of step. A new one is a file and a line in the registry: journalling, retries, turns and what the run says
 * of it come from outside.
 */
export interface StepKind {
  name: AvailableStep | HandAction | 'restore';
  /** What a step of this kind acts on: containers by selectors, a host, or nothing that an engine knows. */
  scope: 'container' | 'host' | 'none';
  /** The name of the container that a step of scope host makes. */
  containerName?(runId: string, step: number): string;
  /** The options that this kind understands; others are refused. */
  options: readonly (keyof ActionOptions)[];
  /** Those of them without which it cannot do anything. */
  required: readonly (keyof ActionOptions)[];
  /** What its steps can wait for: a container's state, or also that it has ended; nothing where it is left out. */
  canWaitFor?: 'state' | 'all';
  /** True where it is done to containers that are named one by one, and never by a schedule or a webhook. */
  isByHand?: boolean;
  /** The right that it needs beside the one for its surroundings. */
  right?: Permission;
  /** Faults that neither the schema nor these lists see. */
  check?(step: Step, path: string): FieldError[];
  /** What the container's state already tells before anything is asked of the engine; null: it would be done. */
  foresee?(container: InspectedContainer): Verdict | null;
  /**
   * Does it once.
   * @throws EngineError, ChrontainerError where it failed, Interruption when the signal is aborted
   */
  attempt(work: Work): Promise<Attempted>;
  /** Finds out what became of a dispatched attempt; null: nothing did, so that it may be tried again. */
  resume(work: Work, dispatched: Dispatched): Promise<Attempted | null>;
  /**
   * Waits until an engine is done with a call that outlived its step, and of whose answer nobody knows; resolves with
   * what was seen of that. Left out where a second call beside it would do no harm.
   * @throws Interruption when the program ends
   */
  outlast?(looking: Looking, note: Note): Promise<string>;
}

/** The words for a step whose time was over before the engine had answered. */
export const unfinished = ({ timeoutMs }: Step): string => `the engine had not finished after ${timeoutMs} ms`;

/** The end of such a step. */
export const outlived = (step: Step): Attempted => ({
  ...ended('timed_out', `${unfinished(step)}; it may still do it`),
  isUnderWay: true,
});
