import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureCommit } from './commit.ts';
import { measureCron } from './cron.ts';
import { measureInstant, measureSpread } from './due.ts';
import { measureEvents } from './events.ts';
import type { Row } from './figures.ts';
import { measureFleet } from './fleet.ts';
import { Ground } from './ground.ts';
import { measureIdle } from './idle.ts';
import { measureLateness } from './lateness.ts';
import { measureList } from './list.ts';
import { measureLogs } from './logs.ts';
import type { Machine } from './machine.ts';
import { describeMachine, loadNow } from './machine.ts';
import { measureRecovery } from './recovery.ts';
import { measureScale } from './scale.ts';
import { measureSignIn } from './sign-in.ts';
import { measureStart } from './start.ts';
import { measureStorm } from './storm.ts';
import { tableOf } from './table.ts';
import { measureUpdates } from './updates.ts';

const parts: Record<string, (ground: Ground) => Promise<Row[]>> = {
  list: measureList,
  events: measureEvents,
  start: measureStart,
  'sign-in': measureSignIn,
  recovery: measureRecovery,
  commit: measureCommit,
  lateness: measureLateness,
  spread: measureSpread,
  instant: measureInstant,
  logs: measureLogs,
  idle: measureIdle,
  cron: measureCron,
  storm: measureStorm,
  scale: measureScale,
  fleet: measureFleet,
  updates: measureUpdates,
};

/** What one run of the bench leaves in bench/results. */
interface Report {
  at: string;
  machine: Machine;
  /** The load of the minute before and at the end: other work on the machine shows here. */
  load: { before: number; after: number };
  rows: (Row & { part: string })[];
  /** Parts that could not be measured, and why. */
  faults: { part: string; message: string }[];
}

const measure = async (names: readonly string[], ground: Ground): Promise<Report> => {
  const report: Pick<Report, 'rows' | 'faults'> = { rows: [], faults: [] };
  const [at, before] = [new Date().toISOString(), loadNow()];
  for (const part of names) {
    console.error(`measuring ${part} …`);
    try {
      const rows = (await parts[part]?.(ground)) ?? [];
      report.rows.push(...rows.map((row) => ({ part, ...row })));
    } catch (error) {
      report.faults.push({ part, message: error instanceof Error ? error.message : String(error) });
    } finally {
      await ground.endPrograms();
    }
  }
  const machine = await describeMachine(await ground.engineIfAny());
  return { at, machine, load: { before, after: loadNow() }, ...report };
};

const show = ({ at, machine, load, rows, faults }: Report): void => {
  const { processor, cores, memoryMb, kernel, node, engine } = machine;
  console.log(`\n${at}  ${cores} cores (${processor}), ${memoryMb} MB, Linux ${kernel}, Node ${node}, ${engine}`);
  console.log(`load of a minute: ${load.before.toFixed(2)} before, ${load.after.toFixed(2)} at the end\n`);
  console.log(tableOf(rows));
  for (const { part, message } of faults) console.log(`FAILED: ${part}: ${message}`);
};

const save = (report: Report): string => {
  const directory = join(import.meta.dirname, 'results');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${report.at.replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
};

const run = async (asked: readonly string[]): Promise<void> => {
  const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const ground = new Ground();
  let isBrokenOff = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isBrokenOff = true;
      void ground.close().finally(() => process.exit(130));
    });
  }
  try {
    const report = await measure(asked.length > 0 ? asked : Object.keys(parts), ground);
    if (isBrokenOff) return;
    show(report);
    console.log(`\n${save(report)}`);
    if (report.faults.length > 0) process.exitCode = 1;
  } finally {
    await ground.close();
  }
};

await run(process.argv.slice(2));
// A part that failed may have left something open.
process.exit();
