import type { Clock } from '../../../clock/index.ts';
import type { Database } from '../../../database/index.ts';
import type { Outbound } from '../../../outbound/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { Emails } from '../emails.ts';
import type { PasswordHasher } from '../password-hash.ts';
import type { Roles } from '../roles.ts';
import type { Sessions } from '../sessions.ts';
import type { Users } from '../users.ts';
import { Identities } from './identities.ts';
import { Links } from './links.ts';
import { ProviderKeeper } from './provider-keeper.ts';
import { ProviderStore } from './provider-store.ts';

export type { Links } from './links.ts';
export type { ProviderKeeper } from './provider-keeper.ts';
export { ProviderSignIn } from './provider-sign-in.ts';
export { oidcRoutes } from './routes.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  outbound: Outbound;
  users: Users;
  sessions: Sessions;
  hasher: PasswordHasher;
  roles: Roles;
  emails: Emails;
  hasPasskeys(userId: number): Promise<boolean>;
  allowPasswords?: boolean;
}

/** The provider's settings, and the accounts of those whom it knows. */
export const openProviderKeeper = (parts: Parts): { keeper: ProviderKeeper; identities: Identities; links: Links } => {
  const store = new ProviderStore(parts);
  const links = new Links({ ...parts, provider: () => store.look() });
  const identities = new Identities({ ...parts, links });
  return { keeper: new ProviderKeeper({ ...parts, identities, store }), identities, links };
};
