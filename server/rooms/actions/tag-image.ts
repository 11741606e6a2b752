import { EngineError } from '../../engine/index.ts';
import type { StepKind } from './kind.ts';
import { ended } from './kind.ts';

/** Gives an image a further name. Done twice it is the same. */
export const tagImage: StepKind = {
  name: 'tag-image',
  scope: 'host',
  options: ['image', 'name'],
  required: ['image', 'name'],
  attempt: async (work) => {
    await work.dispatch({});
    const { image = '', name = '' } = work.step.options ?? {};
    try {
      await work.engine().stock.tagImage(image, name);
      return ended('succeeded', `${image} is also called ${name} now`);
    } catch (error) {
      // An image that is not there does not come right by another try.
      const isHopeless = error instanceof EngineError && (error.kind === 'not_found' || error.kind === 'conflict');
      if (isHopeless) return ended('failed', error.message);
      throw error;
    }
  },
  resume: async () => null,
};
