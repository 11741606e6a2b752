import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Work } from './kind.ts';

type Means = Pick<Work, 'engine' | 'after'>;

/**
 * Whose namespaces a container uses, where that one was made anew and has another ID: engines keep the old one.
 * Undefined: they are whose they were.
 * @throws EngineError
 */
export const newProvider = async (work: Means, id: string): Promise<{ from: string; to: string } | undefined> => {
  if (work.after === null) return undefined;
  const { sharesWith } = await work.engine().inspectContainer(id);
  for (const from of sharesWith) {
    if (await find(work, from)) continue;
    const provider = await find(work, work.after);
    if (provider) return { from, to: provider.id };
  }
  return undefined;
};

/** What a container needs after the one whose namespaces it uses had its turn. */
export const wayAfterProvider = async (
  work: Means,
  container: InspectedContainer,
): Promise<'nothing' | 'restart' | 'anew'> => {
  if (await newProvider(work, container.id)) return 'anew';
  const providers = await Promise.all(container.sharesWith.map((id) => find(work, id)));
  const isLeftBehind = providers.some((one) => (one?.startedAt ?? 0) > (container.startedAt ?? 0));
  return isLeftBehind && container.running ? 'restart' : 'nothing';
};

const find = async ({ engine }: Means, idOrName: string): Promise<InspectedContainer | null> => {
  try {
    return await engine().inspectContainer(idOrName);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};
