import { randomInt } from 'node:crypto';
import { ChrontainerError } from '../errors/index.ts';
import { openAccounts } from './accounts.ts';
import type { CommandParts } from './command.ts';

/** Without characters that look alike. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
/** About 99 bits. */
const length = 20;

/**
 * Sets an account's password: the one that is piped in, or a random one, which is shown. It is never taken from the
 * arguments, which everybody on the machine can read. The account is enabled, and its sessions end.
 */
export const resetPassword = async (parts: CommandParts, [username]: string[]): Promise<number> => {
  const { say, readLine } = parts;
  if (!username) {
    say('Name the account: reset-password <user name>. The new password may be piped in; otherwise one is made.');
    return 2;
  }
  const accounts = await openAccounts(parts);
  const given = await readLine();
  const password = given ?? randomPassword();
  try {
    await accounts.userKeeper.resetFromServer(username, password);
  } catch (error) {
    if (!(error instanceof ChrontainerError)) throw error;
    say(error.message);
    return 1;
  }
  say(`The password of ${username} was set, and its sessions have ended.`);
  if (given === null) say(`It is: ${password}`);
  return 0;
};

const randomPassword = (): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)])
    .join('')
    .replace(/.{5}(?=.)/g, '$&-');
