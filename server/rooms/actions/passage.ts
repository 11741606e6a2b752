import { passagePrefix } from '../../../contract/index.ts';

interface Names {
  next: string;
  old: string;
}

/**
 * What containers are called on their way: the new one before it has the name, the old one after it. Known before
 * anything is made; an engine gives a name to one container only.
 */
export const passageNames = (runId: string, oldId: string): Names => {
  const mark = `${runId}-${oldId.slice(0, 12)}`;
  return { next: `${passagePrefix}${mark}-new`, old: `${passagePrefix}${mark}-old` };
};

/** Such a container is nobody's target, and what happens to it is the update's own business. */
export const isOnPassage = (name: string): boolean => name.startsWith(passagePrefix);
