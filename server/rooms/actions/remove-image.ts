import type { DescribedImage } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';

/** How long an answer is sought once one was lost: as long as a large image's files may take to go. */
const patienceMs = 120_000;
const pauseMs = 500;

/**
 * Takes a name of an image away and, with the last one, the image; by its ID, all its names. Once it was asked for, what
 * counts is that the name does not mean that image any more, whichever request did it and whatever has the name by then.
 */
export const removeImage: StepKind = {
  name: 'remove-image',
  scope: 'host',
  options: ['image'],
  required: ['image'],
  attempt: async (work) => {
    const found = await described(work, imageOf(work));
    if (found instanceof EngineError) return ended('failed', found.message);
    await work.dispatch({ imageId: found.id });
    const fault = await removeAll(work, found.id, found);
    if (fault === null) return ended('succeeded', `removed ${imageOf(work)}`);
    return ended(fault.kind === 'conflict' ? 'failed' : 'timed_out', fault.message);
  },
  resume: async (work, { note }) => {
    // Journals of earlier versions do not tell the ID.
    const found = note.imageId === undefined ? await described(work, imageOf(work)) : { id: note.imageId };
    const fault = found instanceof EngineError ? null : await removeAll(work, found.id, null);
    if (fault === null) return ended('succeeded', `removed ${imageOf(work)} (seen after a restart of Chrontainer)`);
    if (fault.kind === 'conflict') return ended('failed', fault.message);
    return ended('interrupted', `Chrontainer was interrupted, and the engine cannot tell: ${fault.message}`);
  },
};

const imageOf = ({ step }: Work): string => step.options?.image ?? '';

/** What a name or a part of an ID means; the engine's error where it means nothing. */
const described = async (work: Work, image: string): Promise<DescribedImage | EngineError> => {
  try {
    return await work.engine().stock.image(image);
  } catch (error) {
    if (isMissing(error)) return error;
    throw error;
  }
};

/**
 * Asks until it is gone, also again where an answer was lost: a request may arrive late, and asked twice it is the same.
 * @param found what was there before anything was asked; null: an earlier life of the program may have asked
 * @returns null when it is gone; why it could not be removed, or was not seen to be
 * @throws EngineError when the first request failed for certain
 */
const removeAll = async (work: Work, id: string, found: DescribedImage | null): Promise<EngineError | null> => {
  const { clock, signal } = work;
  const untilMs = clock.monotonic() + patienceMs;
  let isUncertain = found === null;
  let fault = await askOnce(work, id, found);
  while (fault !== null && fault.kind !== 'conflict') {
    isUncertain ||= fault.mayHaveHappened;
    if (!isUncertain || fault.kind === 'refused' || fault.kind === 'not_granted') throw fault;
    if (clock.monotonic() > untilMs) return fault;
    await clock.sleep(pauseMs, signal);
    fault = await askOnce(work, id, null);
  }
  return fault;
};

const askOnce = async (work: Work, id: string, found: DescribedImage | null): Promise<EngineError | null> => {
  const isById = id.replace(/^sha256:/, '').startsWith(imageOf(work).replace(/^sha256:/, ''));
  const image = isById ? id : imageOf(work);
  try {
    const { stock } = work.engine();
    const now = found ?? (await unlessMissing(stock.image(image)));
    // Something else may have the name by now.
    if (now?.id !== id) return null;
    // By its ID an engine removes an image with several names only when forced, which would take too much.
    for (const name of isById && now.names.length > 1 ? now.names : [image])
      await unlessMissing(stock.removeImage(name));
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
};

const unlessMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const isMissing = (error: unknown): error is EngineError => error instanceof EngineError && error.kind === 'not_found';
