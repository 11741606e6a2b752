import type { PullNews } from '../../engine/index.ts';
import { EngineError, shortImageId } from '../../engine/index.ts';
import { fetchImage } from './fetching.ts';
import type { Attempted, Output, StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';
import { limited } from './limited.ts';

/** A layer's progress is written this often at the most: an engine tells of it many times a second. */
const tellEveryMs = 500;

/** Fetches an image from its registry, and tells the progress of each layer. Fetched twice it is the same. */
export const pullImage: StepKind = {
  name: 'pull-image',
  scope: 'host',
  options: ['image'],
  required: ['image'],
  attempt: async (work) => {
    await work.dispatch({});
    return pull(work);
  },
  resume: async () => null,
};

const pull = async (work: Work): Promise<Attempted> => {
  const image = work.step.options?.image ?? '';
  const { stock } = work.engine();
  const before = await idOf(work, image);
  try {
    await limited(work, work.clock.now(), (signal) => fetchAndTell(work, image, signal));
    // An engine may say nothing of a failure: what counts is that the image is there.
    const { id } = await stock.image(image);
    const what = before === id ? 'is up to date' : 'was fetched';
    return ended('succeeded', `${image} ${what}: ${shortImageId(id)}`);
  } catch (error) {
    // The registry has no such image: no target of the step is missing.
    if (error instanceof EngineError && error.kind === 'not_found') return ended('failed', error.message);
    throw error;
  }
};

/** Fetches it, and writes down how far it is. @throws EngineError */
export const fetchAndTell = async (work: Work, image: string, signal: AbortSignal): Promise<void> => {
  const teller = new Teller(await work.output('anew'), () => work.clock.monotonic());
  await fetchImage(work, image, { signal, tell: (news) => teller.tell(news) });
};

const idOf = async ({ engine }: Work, image: string): Promise<string | null> => {
  try {
    return (await engine().stock.image(image)).id;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};

/** Writes a line for each layer when its state changes, and now and then while it does not. */
class Teller {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #layers = new Map<string, { status: string; toldAt: number }>();

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  tell(news: PullNews): void {
    const { layer, status } = news;
    const known = this.#layers.get(layer);
    if (layer !== '' && known?.status === status && this.#now() - known.toldAt < tellEveryMs) return;
    this.#layers.set(layer, { status, toldAt: this.#now() });
    this.#output.write({ stream: 'stdout', bytes: Buffer.from(lineOf(news)) });
  }
}

/** For example `3f4a5b6c7d8e: Downloading 1200/5000`; docs/guide/images.md tells callers of it. */
const lineOf = ({ layer, status, doneBytes, totalBytes }: PullNews): string => {
  const progress = totalBytes > 0 ? ` ${doneBytes}/${totalBytes}` : '';
  return `${layer === '' ? '' : `${layer}: `}${status}${progress}\n`;
};
