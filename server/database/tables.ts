import type { Generated } from 'kysely';

/**
 * The rows of each table. Instants are epoch milliseconds (`…_at`), booleans 0 or 1, documents JSON as text: the
 * same SQL is to run on PostgreSQL later. Tables that the original had keep its names.
 */
export interface Tables {
  users: UsersTable;
  sessions: SessionsTable;
  totp_secrets: TotpSecretsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  oidc_providers: OidcProvidersTable;
  oidc_identities: OidcIdentitiesTable;
  mailed_links: MailedLinksTable;
  roles: RolesTable;
  api_keys: ApiKeysTable;
  webhooks: WebhooksTable;
  webhook_calls: WebhookCallsTable;
  webhook_signatures: WebhookSignaturesTable;
  settings: SettingsTable;
  hosts: HostsTable;
  schedules: SchedulesTable;
  schedule_revisions: ScheduleRevisionsTable;
  slot_overrides: SlotOverridesTable;
  runs: RunsTable;
  run_targets: RunTargetsTable;
  attempts: AttemptsTable;
  run_outputs: RunOutputsTable;
  container_states: ContainerStatesTable;
  tags: TagsTable;
  container_tags: ContainerTagsTable;
  container_notes: ContainerNotesTable;
  activity: ActivityTable;
  idempotency_keys: IdempotencyKeysTable;
  notification_channels: NotificationChannelsTable;
  notification_rules: NotificationRulesTable;
  notification_deliveries: NotificationDeliveriesTable;
  pings: PingsTable;
  ping_signals: PingSignalsTable;
  notification_silences: NotificationSilencesTable;
  snooze_links: SnoozeLinksTable;
  troubles: TroublesTable;
  image_checks: ImageChecksTable;
  image_digests: ImageDigestsTable;
  registries: RegistriesTable;
  registry_pauses: RegistryPausesTable;
  update_notices: UpdateNoticesTable;
  update_blocks: UpdateBlocksTable;
}

export interface UsersTable {
  id: Generated<number>;
  username: string;
  password_hash: string;
  /** The name of a role, built in or of one's own. */
  role: string;
  enabled: Generated<number>;
  created_at: number;
  last_login_at: number | null;
  /** What the account likes; null: what the browser or the instance has. */
  language: string | null;
  time_zone: string | null;
  theme: string | null;
  email: string | null;
  /** Null: nobody has shown yet that the address is his. */
  email_verified_at: number | null;
  /** 0: the account came by a provider, and nobody knows its password. */
  has_password: Generated<number>;
}

export interface MailedLinksTable {
  /** SHA-256 of what the link holds. */
  hash: string;
  user_id: number;
  /** What it is good for: `password` or `email`. */
  purpose: string;
  address: string;
  created_at: number;
  expires_at: number;
}

export interface OidcProvidersTable {
  /** Always 1: there is one at most. */
  id: number;
  label: string;
  issuer: string;
  client_id: string;
  /** Sealed: the provider asks for it. */
  client_secret: string;
  scope: string;
  /** Null: whoever is not known stays outside. */
  default_role: string | null;
  groups_claim: string | null;
  /** JSON: which group has which role, the first that fits counts. */
  group_roles: string;
  enabled: number;
  is_only_way: number;
  /** `oidc`, `google` or `github`. */
  kind: Generated<string>;
  hosted_domain: string | null;
}

export interface OidcIdentitiesTable {
  id: Generated<number>;
  user_id: number;
  issuer: string;
  subject: string;
  created_at: number;
}

export interface TotpSecretsTable {
  /** The account's. */
  id: number;
  /** Sealed: to check a code it has to be read. */
  secret: string;
  /** When a code first showed that the app has it; null: until then it is not asked for. */
  confirmed_at: number | null;
  /** The step of thirty seconds whose code was used last: none up to it counts again. */
  last_step: Generated<number>;
  created_at: number;
}

export interface RecoveryCodesTable {
  id: Generated<number>;
  user_id: number;
  /** SHA-256, in hexadecimal: with 80 bits there is nothing to guess. */
  hash: string;
  used_at: number | null;
}

export interface PasskeysTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  credential_id: string;
  /** COSE, as base64url. */
  public_key: string;
  /** By which the authenticator knows the account; the same for all of its passkeys. */
  user_handle: string;
  /** The host name that it was made at, and works at. */
  site: string;
  /** How often the authenticator says that it was used; many always say 0. */
  counter: number;
  /** JSON: how the browser reaches it. */
  transports: string;
  created_at: number;
  last_used_at: number | null;
}

export interface RolesTable {
  id: Generated<number>;
  name: string;
  /** JSON of contract's `permission[]`. */
  permissions: string;
  /** JSON of contract's `scope[]`; null: everywhere. */
  scopes: string | null;
  created_at: number;
  updated_at: number;
}

export interface ApiKeysTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  /** The key's beginning, by which its owner knows it. */
  prefix: string;
  /** SHA-256 of the key, in hexadecimal: the database alone opens nothing. */
  hash: string;
  /** JSON: read, write, admin; and rights of its own beside them. */
  scopes: string;
  permissions: string;
  /** JSON of host IDs; null: all hosts. */
  hosts: string | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

export interface SessionsTable {
  /** SHA-256 of the reference in the cookie, in hexadecimal: the database alone opens no session. */
  hash: string;
  user_id: number;
  created_at: number;
  last_used_at: number;
  address: string;
  user_agent: string;
  /** When the password was typed last: what reaches far asks for it again after a while. */
  confirmed_at: Generated<number>;
}

export interface WebhooksTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  enabled: number;
  /** JSON of contract's `webhookDeed`. */
  does: string;
  allow_get: number;
  /** JSON of addresses and networks; none: all. */
  allowed_addresses: string;
  per_minute: number;
  prefix: string;
  /** SHA-256 of the token, in hexadecimal. */
  hash: string;
  /** Sealed; null where calls need no signature. */
  secret: string | null;
  count: Generated<number>;
  last_triggered_at: number | null;
  created_at: number;
}

export interface WebhookCallsTable {
  id: Generated<number>;
  webhook_id: number;
  at: number;
  address: string;
  result: string;
  message: string | null;
  run_id: string | null;
}

export interface WebhookSignaturesTable {
  webhook_id: number;
  signature: string;
  at: number;
}

export interface SettingsTable {
  key: string;
  value: string;
  updated_at: number;
}

export interface HostsTable {
  id: Generated<number>;
  name: string;
  url: string;
  enabled: Generated<number>;
  color: string;
  last_seen_at: number | null;
  created_at: number;
  /** JSON of contract's `timeWindow[]`. */
  windows: Generated<string>;
  position: Generated<number>;
  /** JSON of contract's `hostGrant[]`. */
  grants: Generated<string>;
  tls: Generated<number>;
  ca: string | null;
  certificate: string | null;
  /** Sealed. */
  client_key: string | null;
  fingerprint: string | null;
  /** Sealed. */
  ssh_key: string | null;
  host_key: string | null;
}

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

/** What a container was from an instant on: the band of the timeline. */
export interface ContainerStatesTable {
  host_id: number;
  container: string;
  at: number;
  /** JSON of state, health and exit code; a state of null while the host could not be asked, or it is gone. */
  state: string;
}

export interface TagsTable {
  id: Generated<number>;
  name: string;
  color: string;
  /** JSON of contract's `tagRule[]`. */
  rules: string;
}

export interface ContainerTagsTable {
  host_id: number;
  container: string;
  tag_id: number;
}

/** What people wrote on a container: by host and name, never by an ID, since that ends with each re-creation. */
export interface ContainerNotesTable {
  host_id: number;
  container: string;
  /** Of which compose project and service it was when it was seen last; null where it is of none. */
  stack: string | null;
  service: string | null;
  web_url: string | null;
  notes: string;
}

export interface ActivityTable {
  id: Generated<number>;
  at: number;
  actor: string;
  action: string;
  target: string | null;
  result: string;
  message: string | null;
  run_id: string | null;
  host_id: number | null;
  schedule_id: number | null;
  /** JSON of contract's `change[]`; null where nothing was configured. */
  changes: string | null;
  /** SHA-256 of the line before and of this one; empty for lines from before the log was chained. */
  hash: Generated<string>;
}

export interface IdempotencyKeysTable {
  /** The caller's key, with who called and what: the same key of another caller is another key. */
  key: string;
  /** SHA-256 of the request, so that one key cannot stand for two requests. */
  request_hash: string;
  status: number;
  body: string;
  created_at: number;
}

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

/** What a registry said of an image last. */
export interface ImageChecksTable {
  /** The whole name, for example `docker.io/library/nginx:latest`. */
  name: string;
  checked_at: number;
  next_at: number;
  /** The digest of the last answer; null: there was none yet. */
  digest: string | null;
  /** The last one that was answered twice. */
  confirmed_digest: string | null;
  /** Contract's reason why the last question had no answer; null where it had. */
  fault: string | null;
  message: string | null;
}

export interface ImageDigestsTable {
  name: string;
  digest: string;
  first_seen_at: number;
  /** JSON of what is under it; null: nobody had to look. */
  contents: string | null;
}

export interface RegistriesTable {
  id: Generated<number>;
  host: string;
  username: string | null;
  /** Sealed. */
  password: string | null;
  realm: string | null;
  insecure: number;
  ca: string | null;
  created_at: number;
}

/** Registries that asked to be left alone. */
export interface RegistryPausesTable {
  registry: string;
  until_at: number;
}

/** Newer images that were told of. */
export interface UpdateNoticesTable {
  host_id: number;
  container: string;
  digest: string;
  told_at: number;
}

/** Images that were rolled back. */
export interface UpdateBlocksTable {
  host_id: number;
  container: string;
  /** The ID of the image, or a digest that it has at its registry. */
  digest: string;
  reason: string;
  run_id: string;
  blocked_at: number;
}
