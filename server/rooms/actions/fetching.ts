import type { PullNews } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import { deniedWords, engineAddressOf, parseReference } from '../../registry/index.ts';
import type { Work } from './kind.ts';

/** What engines say when a registry lets them in as nobody, or not as who they said to be. */
const denials = /unauthorized|no basic auth credentials|(?<!permission |authorization )denied|authorization failed/i;

/**
 * Fetches an image, with the credentials that are stored for its registry.
 * @throws EngineError, in words of our own where credentials are missing or wrong: to try again would be of no use
 */
export const fetchImage = async (
  { engine, accountAt }: Pick<Work, 'engine' | 'accountAt'>,
  image: string,
  options: { signal: AbortSignal; tell?: (news: PullNews) => void },
): Promise<void> => {
  const reference = parseReference(image);
  const account = reference && accountAt(reference.registry);
  const login = account ? { ...account, serverAddress: engineAddressOf(reference.registry) } : undefined;
  try {
    await engine().jobs.pullImage(image, { ...options, login });
  } catch (error) {
    if (!reference || !isDenial(error)) throw error;
    throw new EngineError({ kind: 'refused', message: deniedWords(reference, login !== undefined), cause: error });
  }
};

const isDenial = (error: unknown): boolean => error instanceof EngineError && denials.test(error.message);
