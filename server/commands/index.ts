import { systemClock } from '../clock/index.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/index.ts';
import { allowPasswords } from './allow-passwords.ts';
import type { CommandParts } from './command.ts';
import { resetPassword } from './reset-password.ts';
import { resetSecondFactor } from './reset-second-factor.ts';
import { rotateSecrets } from './rotate-secrets.ts';
import { verifyAudit } from './verify-audit.ts';

type Command = (parts: CommandParts, parameters: string[]) => Promise<number>;

/** What the program does instead of starting: `chrontainer <name> …`, also beside a program that runs. */
const commands: Record<string, Command> = {
  'allow-passwords': allowPasswords,
  'reset-password': resetPassword,
  'reset-second-factor': resetSecondFactor,
  'rotate-secrets': rotateSecrets,
  'verify-audit': verifyAudit,
};

/** @returns the exit code */
export const runCommand = async (name: string, parameters: string[], config: Config): Promise<number> => {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (!command) {
    say(`There is no command "${name}"; known are ${Object.keys(commands).join(', ')}.`);
    return 2;
  }
  const { db, close } = await openDatabase(config.databaseFile, systemClock.now());
  try {
    return await command({ db, clock: systemClock, config, say, readLine: readFirstLine }, parameters);
  } finally {
    await close();
  }
};

/** What was piped in; null at a terminal, where nobody was asked. */
const readFirstLine = async (): Promise<string | null> => {
  if (process.stdin.isTTY) return null;
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/, 1)[0] || null;
};
