import { ChrontainerError } from '../errors/index.ts';
import { openAccounts } from './accounts.ts';
import type { CommandParts } from './command.ts';

/**
 * For somebody who has lost app, passkeys and recovery codes: the account asks for its password alone again. Its
 * sessions end.
 */
export const resetSecondFactor = async (parts: CommandParts, [username]: string[]): Promise<number> => {
  const { say } = parts;
  if (!username) {
    say('Name the account: reset-second-factor <user name>.');
    return 2;
  }
  const accounts = await openAccounts(parts);
  try {
    await accounts.userKeeper.resetSecondFactorFromServer(username);
  } catch (error) {
    if (!(error instanceof ChrontainerError)) throw error;
    say(error.message);
    return 1;
  }
  say(`${username} signs in by the password alone now, and its sessions have ended.`);
  return 0;
};
