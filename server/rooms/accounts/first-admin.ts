import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { newPassword, username } from '../../../contract/index.ts';
import type { AdminConfig } from '../../config.ts';
import { ConfigError } from '../../config.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Setup } from './setup.ts';

/**
 * Makes the first account from the environment, when there is none yet. With an account the variables are not looked
 * at: a password that was changed since is not set back.
 * @returns whether it was made
 * @throws ConfigError with the variable to change
 */
export const createAdminFromEnvironment = async (config: AdminConfig, setup: Setup): Promise<boolean> => {
  if (!(await setup.state()).needed) return false;
  const { variable, password } = await readPassword(config);
  const faults = [
    ...faultsOf('CHRONTAINER_ADMIN_USERNAME', username, config.username),
    ...faultsOf(variable, newPassword, password),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  try {
    const actor = { kind: 'system', id: null, name: 'environment', address: null } as const;
    await setup.createFirst(config.username.trim(), password, actor);
    return true;
  } catch (error) {
    if (!(error instanceof ChrontainerError) || !error.fields) throw error;
    throw new ConfigError(error.fields.map((field) => `${variable} ${field.message}`));
  }
};

/** A line feed at the end of the file is the editor's, not the password's. */
const readPassword = async (config: AdminConfig): Promise<{ variable: string; password: string }> => {
  if ('password' in config) return { variable: 'CHRONTAINER_ADMIN_PASSWORD', password: config.password };
  const variable = 'CHRONTAINER_ADMIN_PASSWORD_FILE';
  try {
    return { variable, password: (await readFile(config.passwordFile, 'utf8')).replace(/\r?\n$/, '') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${variable} cannot be read: ${reason}`]);
  }
};

const faultsOf = (variable: string, schema: v.GenericSchema<string>, value: string): string[] =>
  (v.safeParse(schema, value).issues ?? []).map((issue) => `${variable} ${issue.message}`);
