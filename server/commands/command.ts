import type { Clock } from '../clock/index.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/index.ts';

/** What a command has to work with. */
export interface CommandParts {
  db: Database;
  clock: Clock;
  config: Config;
  /** Writes a line for whoever called it. */
  say(line: string): void;
  /** The first line that was piped in; null where nothing was. */
  readLine(): Promise<string | null>;
}
