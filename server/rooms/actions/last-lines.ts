import { EngineError } from '../../engine/index.ts';
import type { Work } from './kind.ts';

const kept = 20;
/** An engine that hangs must not hold the run up for the sake of some lines. */
const longestMs = 3_000;

/** Keeps the last lines of a container that did not come up as the run's output: they mostly say why. */
export const keepLastLines = async (work: Work, containerId: string): Promise<void> => {
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(longestMs)]);
  const output = await work.output('append');
  try {
    for await (const { lines } of work.engine().logs.read(containerId, { tail: kept, signal })) {
      for (const { stream, text } of lines) {
        output.write({ stream: stream === 'stderr' ? 'stderr' : 'stdout', bytes: Buffer.from(`${text}\n`) });
      }
    }
  } catch (error) {
    // Some log drivers keep nothing that could be read: the run has failed all the same, and says why.
    if (!(error instanceof EngineError)) throw error;
  }
};
