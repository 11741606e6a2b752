import { EngineError } from '../../engine/index.ts';
import type { Attempted, StepKind, Work } from './kind.ts';
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
    return told(`${image} is also called ${name} now`, () => work.engine().stock.tagImage(image, name));
  },
  resume: async () => null,
};

/** Takes a name of an image away and, with the last one, the image; by its ID, all its names. */
export const removeImage: StepKind = {
  name: 'remove-image',
  scope: 'host',
  options: ['image'],
  required: ['image'],
  attempt: async (work) => {
    await work.dispatch({});
    const { image = '' } = work.step.options ?? {};
    return told(`removed ${image}`, () => remove(work, image));
  },
  resume: async (work) => {
    const { image = '' } = work.step.options ?? {};
    const isGone = await work
      .engine()
      .stock.image(image)
      .then(
        () => false,
        (error: unknown) => isMissing(error) || Promise.reject(error),
      );
    return isGone ? ended('succeeded', `removed ${image} (seen after a restart of Chrontainer)`) : null;
  },
};

/** An engine removes an image with several names by its ID only when it is forced, which would take too much. */
const remove = async (work: Work, image: string): Promise<void> => {
  const { stock } = work.engine();
  const { id, names } = await stock.image(image);
  const isById = id.replace(/^sha256:/, '').startsWith(image.replace(/^sha256:/, ''));
  if (!isById || names.length < 2) return stock.removeImage(image);
  for (const name of names) await stock.removeImage(name);
};

/** An image that is not there, or in use, does not come right by another try. */
const told = async (success: string, act: () => Promise<void>): Promise<Attempted> => {
  try {
    await act();
    return ended('succeeded', success);
  } catch (error) {
    if (isMissing(error) || (error instanceof EngineError && error.kind === 'conflict')) {
      return ended('failed', error.message);
    }
    throw error;
  }
};

const isMissing = (error: unknown): error is EngineError => error instanceof EngineError && error.kind === 'not_found';
