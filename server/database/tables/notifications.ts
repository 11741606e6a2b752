import type { Generated } from 'kysely';

export interface NotificationChannelsTable {
  id: Generated<number>;
  name: string;
  enabled: number;
  kind: string;
  /** JSON of contract's `channelTarget.config`. */
  config: string;
  /** JSON of names and sealed values. */
  secrets: string;
  /** JSON of contract's `messageTemplate`; null: the program's own words. */
  template: string | null;
  /** The most messages a day; null: no limit. */
  daily_limit: number | null;
  created_at: number;
}

export interface NotificationRulesTable {
  id: Generated<number>;
  /** JSON of contract's `notificationRuleInput`. */
  document: string;
  created_at: number;
}

export interface NotificationDeliveriesTable {
  id: Generated<number>;
  channel_id: number;
  /** A message that was queued twice, by two lives of the program, is there once. */
  dedupe_key: string;
  /** What the message is about: repeats are folded by it. */
  subject: string;
  event: string;
  severity: string;
  title: string;
  body: string;
  run_id: string | null;
  /** `pending`, `sent`, `failed`, `folded` or `gathered`. */
  state: string;
  attempts: Generated<number>;
  created_at: number;
  sent_at: number | null;
  /** Null when there is nothing more to try. */
  next_try_at: number | null;
  /** What the other side said last. */
  answer: string | null;
  /** JSON of what templates may name; null for messages without. */
  facts: string | null;
  /** The rule that wanted it; null for what steps send. */
  rule_id: number | null;
  /** How often it was sent once more by hand. */
  round: Generated<number>;
  /** Messages of one channel with the same key become one when their time has come; null: it is sent by itself. */
  gather_key: string | null;
  /** The page of the UI that shows more; null: the run's, or none. */
  path: string | null;
}

export interface NotificationSilencesTable {
  id: Generated<number>;
  /** JSON of contract's `silenceInput`. */
  document: string;
  from_at: number;
  until_at: number;
  created_by: string;
  created_at: number;
}

/** What messages carry to be snoozed by. */
export interface SnoozeLinksTable {
  /** SHA-256 of what the link holds. */
  hash: string;
  /** What the message was about. */
  subject: string;
  title: string;
  expires_at: number;
}

/** What is wrong and was told of. */
export interface TroublesTable {
  /** For example `container/1/web` or `host/2`. */
  subject: string;
  /** The event that was told. */
  kind: string;
  since: number;
}

export interface PingsTable {
  id: Generated<number>;
  /** Null: the heartbeat of the whole instance. */
  schedule_id: number | null;
  kind: string;
  /** Sealed: whoever has it can say that all is well. */
  url: string;
  enabled: number;
  /** Only of the heartbeat. */
  every_ms: number | null;
  created_at: number;
  last_at: number | null;
  last_signal: string | null;
  last_ok: number | null;
  /** What the other side said last. */
  last_answer: string | null;
}

/** What is still to be signalled; it goes when the other side has it. */
export interface PingSignalsTable {
  id: Generated<number>;
  ping_id: number;
  run_id: string;
  /** `start`, `success`, `fail` or `log`. */
  signal: string;
  body: string;
  duration_ms: number | null;
  created_at: number;
  attempts: Generated<number>;
  next_try_at: number;
}
