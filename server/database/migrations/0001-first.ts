import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** The first tables. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const statements = [
  `CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    last_login_at BIGINT
  )`,
  `CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
  )`,
  'CREATE INDEX sessions_user ON sessions(user_id)',
  `CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, updated_at BIGINT NOT NULL)`,
  `CREATE TABLE hosts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    color TEXT NOT NULL,
    last_seen_at BIGINT,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE schedules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    steps TEXT NOT NULL,
    policies TEXT NOT NULL,
    evaluated_until BIGINT NOT NULL,
    next_slot_at BIGINT,
    starts_at BIGINT,
    ends_at BIGINT,
    max_runs INTEGER,
    restore INTEGER NOT NULL DEFAULT 0,
    runs_begun INTEGER NOT NULL DEFAULT 0,
    paused_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
  )`,
  `CREATE TABLE schedule_revisions (
    schedule_id INTEGER NOT NULL REFERENCES schedules(id),
    revision INTEGER NOT NULL,
    document TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (schedule_id, revision)
  )`,
  `CREATE TABLE slot_overrides (
    schedule_id INTEGER NOT NULL REFERENCES schedules(id),
    slot_at BIGINT NOT NULL,
    until_at BIGINT,
    actor_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (schedule_id, slot_at)
  )`,
  `CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    schedule_id INTEGER REFERENCES schedules(id),
    schedule_name TEXT,
    revision INTEGER,
    origin TEXT NOT NULL,
    actor TEXT NOT NULL,
    scheduled_for BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    outcome TEXT NOT NULL,
    reason TEXT,
    message TEXT,
    coalesced_into TEXT,
    cause TEXT,
    not_before_at BIGINT,
    start_deadline_at BIGINT,
    ending TEXT,
    plan TEXT NOT NULL
  )`,
  // The conservation law, kept by the database itself: a slot has one run, whoever claims it.
  'CREATE UNIQUE INDEX runs_slot ON runs(schedule_id, scheduled_for) WHERE scheduled_for IS NOT NULL',
  'CREATE INDEX runs_schedule ON runs(schedule_id, id)',
  'CREATE INDEX runs_due ON runs(coalesce(scheduled_for, created_at))',
  'CREATE INDEX runs_outcome ON runs(outcome, id)',
  "CREATE INDEX runs_open ON runs(outcome) WHERE outcome IN ('pending', 'running')",
  `CREATE TABLE run_targets (
    run_id TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    position INTEGER NOT NULL,
    host_id INTEGER,
    container TEXT,
    outcome TEXT NOT NULL,
    message TEXT,
    attempts INTEGER NOT NULL,
    exit_code INTEGER,
    output_dropped BIGINT NOT NULL DEFAULT 0,
    started_at BIGINT,
    finished_at BIGINT,
    PRIMARY KEY (run_id, step, position)
  )`,
  'CREATE INDEX run_targets_container ON run_targets(host_id, container, run_id)',
  `CREATE TABLE attempts (
    run_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    position INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    action TEXT NOT NULL,
    note TEXT NOT NULL,
    phase TEXT NOT NULL,
    message TEXT,
    dispatched_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (run_id, step, position, attempt),
    FOREIGN KEY (run_id, step, position) REFERENCES run_targets(run_id, step, position) ON DELETE CASCADE
  )`,
  `CREATE TABLE run_outputs (
    run_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    step INTEGER NOT NULL,
    position INTEGER NOT NULL,
    stream TEXT NOT NULL,
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, seq),
    FOREIGN KEY (run_id, step, position) REFERENCES run_targets(run_id, step, position) ON DELETE CASCADE
  )`,
  `CREATE TABLE container_states (
    host_id INTEGER NOT NULL,
    container TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL
  )`,
  'CREATE INDEX container_states_container ON container_states(host_id, container, at)',
  'CREATE INDEX container_states_at ON container_states(at)',
  `CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    result TEXT NOT NULL,
    message TEXT,
    run_id TEXT,
    host_id INTEGER,
    schedule_id INTEGER
  )`,
  'CREATE INDEX activity_at ON activity(at)',
  `CREATE TABLE idempotency_keys (
    key TEXT NOT NULL PRIMARY KEY,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  'CREATE INDEX idempotency_keys_created ON idempotency_keys(created_at)',
];
