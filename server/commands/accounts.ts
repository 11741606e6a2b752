import { Bus } from '../bus/index.ts';
import { Outbound } from '../outbound/index.ts';
import { Accounts } from '../rooms/accounts/index.ts';
import { ActivityLog } from '../rooms/activity/index.ts';
import { openKeyRing, Secrets } from '../secrets/index.ts';
import type { CommandParts } from './command.ts';

/** The accounts, for a command that changes them. */
export const openAccounts = ({ db, clock, config, say }: CommandParts): Promise<Accounts> => {
  const bus = new Bus((error) => say(String(error)));
  const secrets = new Secrets(openKeyRing(config.dataDir, config.secretKey));
  const outbound = new Outbound(() => false);
  return Accounts.open({ db, clock, secrets, outbound, activity: new ActivityLog({ db, bus, clock }) });
};
