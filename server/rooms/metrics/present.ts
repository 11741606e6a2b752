import type { ContainerStats } from '../../../contract/index.ts';
import type { StatsSample } from '../../engine/index.ts';

/** A sample as the API shows it. */
export const presentSample = (sample: StatsSample): Omit<ContainerStats, 'hostId' | 'container' | 'cpus'> => ({
  at: new Date(sample.at).toISOString(),
  cpuPercent: sample.cpu?.percentOfCore ?? null,
  cpuPercentOfHost: sample.cpu?.percentOfHost ?? null,
  memoryBytes: sample.memoryBytes,
  memoryLimitBytes: sample.memoryLimitBytes,
  networkReceivedBytes: sample.network?.receivedBytes ?? null,
  networkSentBytes: sample.network?.sentBytes ?? null,
  blockReadBytes: sample.blockReadBytes,
  blockWrittenBytes: sample.blockWrittenBytes,
  pids: sample.pids,
});

/** A sample with the container that it is of. */
export const presentStats = (hostId: number, container: string, sample: StatsSample): ContainerStats => ({
  hostId,
  container,
  cpus: sample.cpus,
  ...presentSample(sample),
});
