import type { Rooms } from './assembly/index.ts';
import type { EdgeParts, Refusal } from './http/index.ts';
import { presentedKey } from './http/index.ts';
import type { Logger } from './log/index.ts';
import type { Guard } from './policy/index.ts';
import { createGuard } from './policy/index.ts';
import type { Accounts } from './rooms/accounts/index.ts';
import type { ApiKeys } from './rooms/api-keys/index.ts';

/** How the edge lets callers in: who they are, what they may reach, and what is written down of those who may not. */
export const admissionOf = (
  accounts: Accounts,
  apiKeys: ApiKeys,
  rooms: Rooms,
  log: Logger,
): Pick<EdgeParts, 'authenticate' | 'refresh' | 'onRefused' | 'guard'> => ({
  ...waysIn(accounts, apiKeys),
  onRefused: (refusal) => noteRefusal(rooms, log, refusal),
  guard: guardOf(rooms),
});

/** Every way in, one after the other: with a key no cookie counts. */
export const waysIn = (accounts: Accounts, apiKeys: ApiKeys): Pick<EdgeParts, 'authenticate' | 'refresh'> => ({
  authenticate: (credentials) => {
    const key = presentedKey(credentials.header);
    return key === undefined ? accounts.authenticate(credentials) : apiKeys.authenticate(key, credentials.address);
  },
  refresh: (caller) => (caller.session ? accounts.refresh(caller) : apiKeys.refresh(caller)),
});

/** The policy for what a path addresses. */
export const guardOf = ({ sight, hosts, runs, past }: Pick<Rooms, 'sight' | 'hosts' | 'runs' | 'past'>): Guard =>
  createGuard({
    sight,
    host: (hostId) => hosts.get(hostId),
    container: (hostId, nameOrId) => hosts.findContainer(hostId, nameOrId),
    run: (runId) => runs.get(runId),
    schedule: (scheduleId) => past.recordOf(scheduleId),
  });

const noteRefusal = ({ activity }: Rooms, log: Logger, { caller, method, path, access }: Refusal): void => {
  const message = `${method} ${path} needs the right "${access}"`;
  activity
    .record({ actor: caller.actor, action: 'access.refuse', target: path, result: 'refused', message })
    .catch((error: unknown) => log.error({ error }, 'a refusal could not be recorded'));
};
