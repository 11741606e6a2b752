import type { Run, RunQuery } from '../../../contract/index.ts';
import type { Onlooker, Sight } from '../../policy/index.ts';

type Asked = Pick<RunQuery, 'host' | 'container' | 'q'>;

/**
 * A run that was found, as far as the onlooker may see it; null where he sees nothing, or not what it was found by:
 * the name of a container that is none of his could be found out letter by letter otherwise.
 */
export const seenRun = (sight: Pick<Sight, 'run'>, onlooker: Onlooker, asked: Asked, run: Run): Run | null => {
  const seen = sight.run(onlooker, run);
  return seen === run || (seen !== null && fits(seen, asked)) ? seen : null;
};

const fits = (run: Run, { host, container, q }: Asked): boolean => {
  const targets = run.steps.flatMap((step) => step.targets);
  const isMeant = targets.some(
    (target) =>
      (host === undefined || target.hostId === host) && (container === undefined || target.container === container),
  );
  if (!isMeant) return false;
  const texts = [run.scheduleName, run.message, ...targets.flatMap((target) => [target.container, target.message])];
  return q === undefined || texts.some((text) => text?.toLowerCase().includes(q.toLowerCase()));
};
