import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import type { LabEngine } from '../lab/engine.ts';

/** What the figures were measured on: without it they say nothing. */
export interface Machine {
  processor: string;
  cores: number;
  memoryMb: number;
  kernel: string;
  node: string;
  engine: string;
}

export const describeMachine = async (engine: LabEngine | null): Promise<Machine> => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryMb: Math.round(totalmem() / 1e6),
  kernel: release(),
  node: process.version,
  engine: engine ? await versionOf(engine) : 'none',
});

/** The load of the last minute: well above none, other work has a part in the figures. */
export const loadNow = (): number => loadavg()[0] ?? Number.NaN;

const versionOf = async (engine: LabEngine): Promise<string> => {
  const { json } = await engine.request('GET', '/version');
  const isNamed = typeof json === 'object' && json !== null && 'Version' in json;
  return isNamed ? `Docker ${String(json.Version)}` : 'unknown';
};

/** What a process takes of the machine. */
export interface Footprint {
  /** Its proportional share of memory in MB: pages that others map too count in part. */
  pss: number;
  /** Everything resident, in MB. */
  rss: number;
}

export const footprintOf = (pid: number): Footprint => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (key: string) => (Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024) / 1e6;
  return { pss: mb('Pss'), rss: mb('Rss') };
};

/** Linux counts processor time in hundredths of a second, wherever Node runs. */
const ticksPerSecond = 100;

/** The processor time that a process has used so far, milliseconds. */
export const processorMsOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, and may hold anything; the 14th and 15th are wanted.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
};
