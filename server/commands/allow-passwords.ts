import { openAccounts } from './accounts.ts';
import type { CommandParts } from './command.ts';

/** The way back where the OpenID provider is the only way in and leads in no more. It holds at once. */
export const allowPasswords = async (parts: CommandParts): Promise<number> => {
  const accounts = await openAccounts(parts);
  const wasOnly = await accounts.provider.allowPasswordsFromServer();
  parts.say(
    wasOnly ? 'Passwords and passkeys lead in again.' : 'Passwords and passkeys lead in already: nothing was changed.',
  );
  return 0;
};
