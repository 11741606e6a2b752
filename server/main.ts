import { mkdirSync } from 'node:fs';
import { createApp } from './app.ts';
import { systemClock } from './clock/index.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Logger } from './log/index.ts';
import { createLogger } from './log/index.ts';

/** What is under way when the program is asked to end gets this long; the rest is journalled for the next start. */
const graceMs = 10_000;

const run = async ([command, ...parameters]: string[]): Promise<void> => {
  // The database holds what its readers could sign in with: nobody else on the machine reads what is written here.
  process.umask(0o077);
  const config = readConfig(process.env);
  if (command !== undefined) {
    const { runCommand } = await import('./commands/index.ts');
    process.exitCode = await runCommand(command, parameters, config);
    return;
  }
  const isPretty = process.stdout.isTTY === true;
  const log = createLogger({ level: config.logLevel, isPretty, write: (line) => void process.stdout.write(line) });
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const app = await createApp(config, { clock: systemClock, log });
  // Before the start: as the first process of a container a program without a handler ignores SIGTERM.
  stopOnSignal(app, log);
  const { address } = await app.start();
  log.info({ address, dataDir: config.dataDir }, `Chrontainer is ready at ${address}`);
};

/** A second signal ends the program at once: whoever sends it has waited long enough. */
const stopOnSignal = (app: { stop(graceMs: number): Promise<void> }, log: Logger): void => {
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    await app.stop(graceMs);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
};

run(process.argv.slice(2)).catch((error: unknown) => {
  const isExpected = error instanceof ConfigError;
  process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
