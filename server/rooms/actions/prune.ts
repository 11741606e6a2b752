import { settlesWithin } from '../../clock/index.ts';
import type { Pruned, Waste } from '../../engine/index.ts';
import type { Attempted, StepKind, Work } from './kind.ts';
import { ended, outlived } from './kind.ts';

/** Removes what nothing uses from a host. Doing it again removes what is left, so that a crash does no harm. */
export const prune: StepKind = {
  name: 'prune',
  scope: 'host',
  options: ['what'],
  required: ['what'],
  attempt: async (work) => {
    await work.dispatch({});
    return removeWaste(work);
  },
  resume: async () => null,
};

const removeWaste = async (work: Work): Promise<Attempted> => {
  const { options, timeoutMs } = work.step;
  const what = options?.what ?? 'images';
  const call = work.engine().jobs.prune(what);
  work.hold(call);
  if (timeoutMs !== undefined && !(await settlesWithin(work.clock, call, timeoutMs))) return outlived(work.step);
  return ended('succeeded', words(what, await call));
};

const nouns: Record<Waste, readonly [one: string, several: string]> = {
  images: ['image', 'images'],
  containers: ['container', 'containers'],
  volumes: ['volume', 'volumes'],
  networks: ['network', 'networks'],
  'build-cache': ['entry of the build cache', 'entries of the build cache'],
};

const words = (what: Waste, { count, freedBytes }: Pruned): string => {
  const [one, several] = nouns[what];
  const removed = `removed ${count} ${count === 1 ? one : several}`;
  return freedBytes === null ? removed : `${removed}, freed ${sizeOf(freedBytes)}`;
};

const sizeOf = (bytes: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
};
