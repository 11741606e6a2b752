import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';
import type { Line } from './jobs.ts';

/** What an engine can be rid of. */
export type Waste = 'images' | 'containers' | 'volumes' | 'networks' | 'build-cache';

/** What was removed. */
export interface Pruned {
  count: number;
  /** Null where the engine does not say. */
  freedBytes: number | null;
}

/** Only what nobody named and nothing uses: dangling images, stopped containers, unused networks, unused build cache. */
const calls: Record<Exclude<Waste, 'volumes'>, { path: string; filters: object; removed: string }> = {
  images: { path: '/images/prune', filters: { dangling: ['true'] }, removed: 'ImagesDeleted' },
  // A container that is the job of a run is that run's to remove.
  containers: { path: '/containers/prune', filters: { 'label!': ['chrontainer.run'] }, removed: 'ContainersDeleted' },
  networks: { path: '/networks/prune', filters: {}, removed: 'NetworksDeleted' },
  'build-cache': { path: '/build/prune', filters: {}, removed: 'CachesDeleted' },
};

/**
 * Removes waste.
 * @throws EngineError
 */
export const prune = async (line: Line, what: Waste): Promise<Pruned> => {
  if (what === 'volumes') return pruneVolumes(line);
  const { path, filters, removed } = calls[what];
  const before = what === 'images' ? await danglingImages(line) : null;
  const query = new URLSearchParams({ filters: JSON.stringify(filters) });
  const question = { purpose: `remove unused ${what}`, deadlineMs: deadlines.prune };
  const asked = line.ask({ method: 'POST', path: `${path}?${query}`, ...question });
  const answer = await (what === 'build-cache' ? asked.catch(explainMissing) : asked);
  const freed = answer['SpaceReclaimed'];
  const entries = listOf(answer[removed]);
  const count = before ? imagesAmong(entries, before) : entries.length;
  return { count, freedBytes: typeof freed === 'number' ? freed : null };
};

const explainMissing = (error: unknown): never => {
  if (!(error instanceof EngineError) || error.kind !== 'not_found') throw error;
  const message = 'This engine has no build cache to clean: Podman keeps what it builds among its images, clean these.';
  throw new EngineError({ kind: 'not_found', message, cause: error });
};

/** The IDs of the images that nobody named. */
const danglingImages = async (line: Line): Promise<Set<string>> => {
  const query = new URLSearchParams({ filters: JSON.stringify(calls.images.filters) });
  const question = { purpose: 'list its images', deadlineMs: deadlines.list };
  const rows = await line.list({ method: 'GET', path: `/images/json?${query}`, ...question });
  return new Set(rows.map((row) => bare(textOf(row['Id']))));
};

/** Docker's entries stand for images, their layers and their names; Podman's for images. */
const imagesAmong = (removed: unknown[], before: ReadonlySet<string>): number =>
  removed.filter((one) => before.has(bare(textOf(fieldsOf(one)['Deleted'])))).length;

const bare = (imageId: string): string => imageId.replace(/^sha256:/, '');

/** An anonymous volume has 64 hexadecimal digits for a name. */
const anonymous = /^[0-9a-f]{64}$/;

/**
 * One by one: engines before API 1.42 count every unused volume as waste, also those that somebody named and whose
 * data is to outlive its container.
 */
const pruneVolumes = async (line: Line): Promise<Pruned> => {
  const question = { purpose: 'remove unused volumes', deadlineMs: deadlines.prune };
  const query = new URLSearchParams({ filters: JSON.stringify({ dangling: ['true'] }) });
  const { Volumes: volumes } = await line.ask({ method: 'GET', path: `/volumes?${query}`, ...question });
  const names = listOf(volumes).map((volume) => textOf(fieldsOf(volume)['Name']));
  const waste = names.filter((name) => anonymous.test(name));
  for (const name of waste) await line.ask({ method: 'DELETE', path: `/volumes/${name}`, ...question });
  return { count: waste.length, freedBytes: null };
};
