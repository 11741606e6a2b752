import type { Migration } from 'kysely/migration';
import * as first from './0001-first.ts';
import * as tags from './0003-tags.ts';
import * as accounts from './0004-accounts.ts';
import * as notifications from './0005-notifications.ts';
import * as gates from './0006-gates.ts';
import * as outputAge from './0007-output-age.ts';
import * as webhooks from './0010-webhooks.ts';
import * as auditChain from './0011-audit-chain.ts';
import * as secondFactor from './0013-second-factor.ts';
import * as messages from './0014-messages.ts';
import * as quiet from './0016-quiet.ts';
import * as pings from './0020-pings.ts';
import * as hosts from './0021-hosts.ts';
import * as oidc from './0022-oidc.ts';
import * as providerKind from './0033-provider-kind.ts';
import * as accountMail from './0034-account-mail.ts';
import * as auditChanges from './0034-audit-changes.ts';
import * as snoozeLinks from './0036-snooze-links.ts';
import * as updates from './0040-updates.ts';
import * as outlivedCalls from './0041-outlived-calls.ts';
import * as updateNotices from './0041-update-notices.ts';
import * as updateBlocks from './0050-update-blocks.ts';
import * as openRuns from './0051-open-runs.ts';

/** All migrations in order; a name, once released, never changes. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0003-tags': tags,
  '0004-accounts': accounts,
  '0005-notifications': notifications,
  '0006-gates': gates,
  '0007-output-age': outputAge,
  '0010-webhooks': webhooks,
  '0011-audit-chain': auditChain,
  '0013-second-factor': secondFactor,
  '0014-messages': messages,
  '0016-quiet': quiet,
  '0020-pings': pings,
  '0021-hosts': hosts,
  '0022-oidc': oidc,
  '0033-provider-kind': providerKind,
  '0034-account-mail': accountMail,
  '0034-audit-changes': auditChanges,
  '0036-snooze-links': snoozeLinks,
  '0040-updates': updates,
  '0041-outlived-calls': outlivedCalls,
  '0041-update-notices': updateNotices,
  '0050-update-blocks': updateBlocks,
  '0051-open-runs': openRuns,
};
