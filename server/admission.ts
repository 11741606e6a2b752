import type { EdgeParts, Refusal } from './http/index.ts';
import type { Logger } from './log/index.ts';
import type { Guard } from './policy/index.ts';
import { createGuard } from './policy/index.ts';
import type { Accounts } from './rooms/accounts/index.ts';
import type { Rooms } from './rooms.ts';

/** How the edge lets callers in: who they are, what they may reach, and what is written down of those who may not. */
export const admissionOf = (
  accounts: Accounts,
  rooms: Rooms,
  log: Logger,
): Pick<EdgeParts, 'authenticate' | 'refresh' | 'onRefused' | 'guard'> => ({
  authenticate: (credentials) => accounts.authenticate(credentials),
  refresh: (caller) => accounts.refresh(caller),
  onRefused: (refusal) => noteRefusal(rooms, log, refusal),
  guard: guardOf(rooms),
});

/** The policy for what a path addresses. */
export const guardOf = ({
  sight,
  hosts,
  runs,
  schedules,
}: Pick<Rooms, 'sight' | 'hosts' | 'runs' | 'schedules'>): Guard =>
  createGuard({
    sight,
    host: (hostId) => hosts.get(hostId),
    container: (hostId, nameOrId) => hosts.findContainer(hostId, nameOrId),
    run: (runId) => runs.get(runId),
    schedule: (scheduleId) => schedules.recordOf(scheduleId),
  });

const noteRefusal = ({ activity }: Rooms, log: Logger, { caller, method, path, access }: Refusal): void => {
  const message = `${method} ${path} needs the right "${access}"`;
  activity
    .record({ actor: caller.actor, action: 'access.refuse', target: path, result: 'refused', message })
    .catch((error: unknown) => log.error({ error }, 'a refusal could not be recorded'));
};
