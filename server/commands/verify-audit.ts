import { Auditor } from '../rooms/activity/index.ts';
import type { CommandParts } from './command.ts';

/** Tells whether the activity log is as it was written. @returns 1 when it is not */
export const verifyAudit = async (parts: CommandParts): Promise<number> => {
  const { isWhole, lines, brokenAt, head } = await new Auditor(parts).check();
  parts.say(
    isWhole
      ? `The activity log is whole: ${lines} lines in the chain.`
      : `The activity log was changed: line ${brokenAt} does not fit those before it (${lines} do).`,
  );
  if (head !== null) parts.say(`Head: ${head}`);
  return isWhole ? 0 : 1;
};
