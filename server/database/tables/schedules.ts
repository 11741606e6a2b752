import type { Generated } from 'kysely';

export interface SchedulesTable {
  id: Generated<number>;
  name: string;
  enabled: number;
  revision: number;
  /** JSON of contract's `trigger`, `step[]` and `policies`. */
  trigger: string;
  steps: string;
  policies: string;
  /** The cursor: every slot up to and including this instant has its run. Slots are evaluated in (cursor, now]. */
  evaluated_until: number;
  /** The first slot after the cursor; null when there is none. Derived from the rule, kept for lists and start-up. */
  next_slot_at: number | null;
  /** Epoch milliseconds, or null: no such bound. */
  starts_at: number | null;
  ends_at: number | null;
  max_runs: number | null;
  /** Whether its runs put back what they touched. */
  restore: Generated<number>;
  /** How many runs its slots have begun. */
  runs_begun: number;
  /** Why the program itself disabled it; null when it did not. */
  paused_reason: string | null;
  created_at: number;
  updated_at: number;
  /** A deleted schedule stays for its runs and for undo; null while it lives. */
  deleted_at: number | null;
}

export interface ScheduleRevisionsTable {
  schedule_id: number;
  revision: number;
  /** JSON: the schedule's input as of this revision. */
  document: string;
  actor: string;
  created_at: number;
}

/** What somebody decided on one slot to come. */
export interface SlotOverridesTable {
  schedule_id: number;
  slot_at: number;
  /** When it is to run; null: it is skipped. */
  until_at: number | null;
  actor_name: string;
  created_at: number;
}
