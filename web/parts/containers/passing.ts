import { passagePrefix } from '../../../contract/passage.ts';

/**
 * Whether a container is there only while an update is under way: the next one before it has its name, or the old one
 * until it goes. What an update left behind is not, and is shown.
 */
export function isPassing(name: string, runsUnderWay: ReadonlySet<string>): boolean {
  if (!name.startsWith(passagePrefix)) return false;
  return [...runsUnderWay].some((id) => name.startsWith(`${passagePrefix}${id}-`));
}
