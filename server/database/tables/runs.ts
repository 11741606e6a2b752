import type { Generated } from 'kysely';

export interface RunsTable {
  /** UUIDv7: sorts by creation, and is never given out twice, not even after a backup was restored. */
  id: string;
  schedule_id: number | null;
  schedule_name: string | null;
  revision: number | null;
  origin: string;
  /** JSON of contract's `actor`. */
  actor: string;
  /** The slot's nominal instant; unique per schedule. Null for runs that have no slot. */
  scheduled_for: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  outcome: string;
  reason: string | null;
  message: string | null;
  coalesced_into: string | null;
  /** The run after which this one came, or what happened to which container. */
  cause: string | null;
  /** Not to be started before this instant: the slot and its jitter; null: at once. */
  not_before_at: number | null;
  /** Not to be started after this instant; null: no such limit. */
  start_deadline_at: number | null;
  /** JSON: how the steps ended, from when what they touched began to be put back; null without that. */
  ending: string | null;
  /** JSON: the steps and the policies of a run, as they stood when it was made. */
  plan: string;
}

export interface RunTargetsTable {
  run_id: string;
  step: number;
  /** The target's place in the step, from 0. */
  position: number;
  /** Null where the step acts on no host. */
  host_id: number | null;
  /** Null where the step acts on no container. */
  container: string | null;
  outcome: string;
  message: string | null;
  /** The code of the reason for a target that was left alone. */
  reason: string | null;
  /** The target of the same step that it depends on. */
  after_container: string | null;
  attempts: number;
  /** Of a command or a container that has ended. */
  exit_code: number | null;
  /** How many bytes of its output were too much to be kept. */
  output_dropped: Generated<number>;
  started_at: number | null;
  finished_at: number | null;
}

/** The write-ahead journal of each try of a step on a target. */
export interface AttemptsTable {
  run_id: string;
  step: number;
  position: number;
  /** From 1. */
  attempt: number;
  action: string;
  /** JSON: what the kind of step needs to find out after a crash what became of the attempt. */
  note: string;
  /** dispatched (written before the engine is called), verified, failed, or outlived (its step is over, and the engine still at it). */
  phase: string;
  message: string | null;
  dispatched_at: number;
  finished_at: number | null;
}

/** What commands and containers of runs wrote, in pieces. */
export interface RunOutputsTable {
  run_id: string;
  /** The piece's place in the run's output, from 1, across all of its targets. */
  seq: number;
  step: number;
  position: number;
  stream: string;
  at: number;
  text: string;
}
