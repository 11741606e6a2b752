import type { EngineFacts } from '../../contract/index.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, instantOf, isFields, listOf, numberOf, textOf } from './fields.ts';

/** What a container uses at one moment. Counters begin with the container's start. */
export interface StatsSample {
  /** Epoch milliseconds, by the engine's clock. */
  at: number;
  /** Since the sample before; null in the first one, since use has a length. */
  cpu: CpuUse | null;
  /** What the host has. */
  cpus: number;
  /** Without the page cache that the kernel can take back at any time, as `docker stats` shows it. */
  memoryBytes: number;
  /** The container's limit, or the host's memory; null where the engine does not say. */
  memoryLimitBytes: number | null;
  /** Null where the engine counts none: no network, or the host's. */
  network: { receivedBytes: number; sentBytes: number } | null;
  blockReadBytes: number;
  blockWrittenBytes: number;
  /** Processes and threads. */
  pids: number;
}

export interface CpuUse {
  /** 100 is one whole core; a container on four cores can come to 400. */
  percentOfCore: number;
  /** 100 is the whole host. */
  percentOfHost: number;
}

/** What the next sample's use of the processor is counted from. In nanoseconds but for the time. */
export interface CpuMark {
  atMs: number;
  used: number;
  system: number;
}

interface ReadStats {
  sample: StatsSample;
  mark: CpuMark;
}

/**
 * Reads one sample.
 * @param before the mark of the sample before; null for the first one
 * @returns null when the container does not run: Docker goes on with empty samples, of the year 1
 */
export const readStats = (raw: Fields, kind: EngineFacts['kind'], before: CpuMark | null): ReadStats | null => {
  const at = instantOf(raw['read']);
  if (at === null) return null;
  const cpu = fieldsOf(raw['cpu_stats']);
  const cpus = numberOf(cpu['online_cpus']) || listOf(fieldsOf(cpu['cpu_usage'])['percpu_usage']).length || 1;
  const mark = {
    atMs: at,
    used: numberOf(fieldsOf(cpu['cpu_usage'])['total_usage']),
    system: numberOf(cpu['system_cpu_usage']),
  };
  const sample: StatsSample = {
    at,
    cpu: before && cpuUse(kind, before, mark, cpus),
    cpus,
    ...memoryOf(fieldsOf(raw['memory_stats'])),
    network: networkOf(raw['networks']),
    ...blockOf(fieldsOf(raw['blkio_stats'])),
    pids: numberOf(fieldsOf(raw['pids_stats'])['current']),
  };
  return { sample, mark };
};

/**
 * Docker's formula: its share of what all processors had, idle or not, times their number. What Podman calls the
 * system's time is only what was used (`cpuacct.usage` of the root group): a container that alone uses one core of
 * eight would show as the whole host. There the time that has passed is the measure.
 */
const cpuUse = (kind: EngineFacts['kind'], before: CpuMark, now: CpuMark, cpus: number): CpuUse | null => {
  const passedNs = kind === 'docker' ? (now.system - before.system) / cpus : (now.atMs - before.atMs) * 1e6;
  const usedNs = now.used - before.used;
  // A restart begins to count anew.
  if (passedNs <= 0 || usedNs < 0) return null;
  const percentOfCore = rounded((usedNs / passedNs) * 100);
  return { percentOfCore, percentOfHost: rounded(percentOfCore / cpus) };
};

/** More digits than the engine's own ticks of ten milliseconds are worth would only be noise. */
const rounded = (percent: number): number => Math.round(percent * 100) / 100;

/** `total_inactive_file` is what cgroup 1 calls it, `inactive_file` cgroup 2; Podman gives neither. */
const memoryOf = (memory: Fields): Pick<StatsSample, 'memoryBytes' | 'memoryLimitBytes'> => {
  const parts = fieldsOf(memory['stats']);
  const usage = numberOf(memory['usage']);
  const cache = numberOf(parts['total_inactive_file'] ?? parts['inactive_file']);
  return { memoryBytes: cache < usage ? usage - cache : usage, memoryLimitBytes: numberOf(memory['limit']) || null };
};

const networkOf = (networks: unknown): StatsSample['network'] => {
  if (!isFields(networks)) return null;
  const all = Object.values(networks).map(fieldsOf);
  const sum = (field: string) => all.reduce((total, one) => total + numberOf(one[field]), 0);
  return { receivedBytes: sum('rx_bytes'), sentBytes: sum('tx_bytes') };
};

const blockOf = (block: Fields): Pick<StatsSample, 'blockReadBytes' | 'blockWrittenBytes'> => {
  const entries = listOf(block['io_service_bytes_recursive']).map(fieldsOf);
  const sum = (operation: string) =>
    entries
      .filter((entry) => textOf(entry['op']).toLowerCase() === operation)
      .reduce((total, entry) => total + numberOf(entry['value']), 0);
  return { blockReadBytes: sum('read'), blockWrittenBytes: sum('write') };
};
