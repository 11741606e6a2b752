import { deadlines } from './deadlines.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, isFields, listOf, numberOf } from './fields.ts';
import type { Line } from './jobs.ts';

/** What a host has, and how much of it is there. */
export interface HostFacts {
  cpus: number;
  memoryBytes: number;
  images: number;
}

/** What an engine keeps on the disk. */
export interface DiskSpace {
  imagesBytes: number;
  /** What containers wrote into their own layer. */
  containersBytes: number;
  volumesBytes: number;
  buildCacheBytes: number;
}

/** @throws EngineError */
export const readHostFacts = async (line: Pick<Line, 'ask'>): Promise<HostFacts> => {
  const question = { purpose: 'tell what its host has', deadlineMs: deadlines.version };
  const info = await line.ask({ method: 'GET', path: '/info', ...question });
  return {
    cpus: numberOf(info['NCPU']),
    memoryBytes: numberOf(info['MemTotal']),
    images: numberOf(info['Images']),
  };
};

/**
 * Counts what is on the disk. The engine looks at every file of every volume: on a large host it takes minutes.
 * @throws EngineError
 */
export const readDiskSpace = async (line: Pick<Line, 'ask'>): Promise<DiskSpace> => {
  const question = { purpose: 'count what it keeps on the disk', deadlineMs: deadlines.diskUse };
  return diskSpaceOf(await line.ask({ method: 'GET', path: '/system/df', ...question }));
};

/** Layers are shared between images: Docker tells their sum, Podman only the size of each image. */
export const diskSpaceOf = (df: Fields): DiskSpace => ({
  imagesBytes: numberOf(df['LayersSize']) || sumOf(df['Images'], (image) => numberOf(image['Size'])),
  containersBytes: sumOf(df['Containers'], (container) => numberOf(container['SizeRw'])),
  // -1 where a volume's driver does not tell.
  volumesBytes: sumOf(df['Volumes'], (volume) => Math.max(0, numberOf(fieldsOf(volume['UsageData'])['Size']))),
  buildCacheBytes: sumOf(df['BuildCache'], (entry) => (entry['Shared'] === true ? 0 : numberOf(entry['Size']))),
});

const sumOf = (list: unknown, size: (entry: Fields) => number): number =>
  listOf(list)
    .filter(isFields)
    .reduce((total, entry) => total + size(entry), 0);
