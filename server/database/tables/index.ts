import type { ApiKeysTable, IdempotencyKeysTable, RolesTable, SessionsTable, UsersTable } from './accounts.ts';
import type {
  ContainerNotesTable,
  ContainerStatesTable,
  ContainerTagsTable,
  HostsTable,
  TagsTable,
} from './containers.ts';
import type { ActivityTable, SettingsTable } from './instance.ts';
import type {
  NotificationChannelsTable,
  NotificationDeliveriesTable,
  NotificationRulesTable,
  NotificationSilencesTable,
  PingSignalsTable,
  PingsTable,
  SnoozeLinksTable,
  TroublesTable,
} from './notifications.ts';
import type { AttemptsTable, RunOutputsTable, RunsTable, RunTargetsTable } from './runs.ts';
import type { ScheduleRevisionsTable, SchedulesTable, SlotOverridesTable } from './schedules.ts';
import type {
  MailedLinksTable,
  OidcIdentitiesTable,
  OidcProvidersTable,
  PasskeysTable,
  RecoveryCodesTable,
  TotpSecretsTable,
} from './sign-in.ts';
import type {
  ImageChecksTable,
  ImageDigestsTable,
  RegistriesTable,
  RegistryPausesTable,
  UpdateBlocksTable,
  UpdateNoticesTable,
} from './updates.ts';
import type { WebhookCallsTable, WebhookSignaturesTable, WebhooksTable } from './webhooks.ts';

export type * from './accounts.ts';
export type * from './containers.ts';
export type * from './instance.ts';
export type * from './notifications.ts';
export type * from './runs.ts';
export type * from './schedules.ts';
export type * from './sign-in.ts';
export type * from './updates.ts';
export type * from './webhooks.ts';

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
