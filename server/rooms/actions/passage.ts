/** What containers are called on their way: the new one before it has the name, the old one after it. */
const prefix = 'chrontainer-update-';

interface Names {
  next: string;
  old: string;
}

/** Known before anything is made; an engine gives a name to one container only. */
export const passageNames = (runId: string, oldId: string): Names => {
  const mark = `${runId}-${oldId.slice(0, 12)}`;
  return { next: `${prefix}${mark}-new`, old: `${prefix}${mark}-old` };
};

/** Such a container is nobody's target, and what happens to it is the update's own business. */
export const isOnPassage = (name: string): boolean => name.startsWith(prefix);
