import type { DescribedImage, InspectedContainer } from '../../engine/index.ts';
import { EngineError, shortImageId } from '../../engine/index.ts';
import { digestsAt, parseReference } from '../../registry/index.ts';
import { containerAction, inspectExactly, stateOf } from './container-action.ts';
import type { Attempted, Dispatched, StepKind, UpdateNote, Work } from './kind.ts';
import { ended } from './kind.ts';
import { limited } from './limited.ts';
import { newProvider, wayAfterProvider } from './providers.ts';
import { fetchAndTell } from './pull-image.ts';
import { goOn, replace } from './replacement.ts';
import { restart } from './restart.ts';
import { localRefusalOf, misfitOf, refusalOf } from './update-refusals.ts';

/** The image that a container had before is kept under this name, with the container's name as its tag. */
const rollbackName = 'chrontainer-rollback';
const longestTag = 128;

/**
 * Fetches the newest image of a container's name and makes the container anew of it; what fails is put back. See
 * docs/decisions/0084.
 */
export const update: StepKind = {
  name: 'update',
  scope: 'container',
  options: ['watchMs', 'force'],
  required: [],
  right: 'update',
  foresee: (container) => {
    const refusal = refusalOf(container);
    return refusal === null ? null : { kind: 'failed', message: refusal };
  },
  attempt: async (work) => {
    const container = await inspectExactly(work.engine(), work.container);
    const current = await imageOf(work, container.imageId);
    const refusal = refusalOf(container) ?? localRefusalOf(container, current);
    if (refusal !== null || !current) return ended('failed', refusal ?? '');
    const note = await noteOf(work, container, current);
    await work.dispatch({ before: stateOf(container), update: note });
    return fetchAndReplace(work, container, current, note);
  },
  resume: (work: Work, dispatched: Dispatched) => goOn(work, dispatched),
};

/** What was not asked to be updated, and uses the namespaces of what was. */
export const following: StepKind = {
  ...update,
  attempt: async (work) => {
    const container = await inspectExactly(work.engine(), work.container);
    const way = await wayAfterProvider(work, container);
    if (way === 'nothing') return ended('succeeded', `left alone: ${work.after} was not touched`);
    if (way === 'restart')
      return containerAction(restart).attempt({ ...work, step: { action: 'restart', targets: [] } });
    const current = await imageOf(work, container.imageId);
    const named = current && (await imageOf(work, container.image));
    if (!current || named?.id !== current.id)
      return ended('failed', `${work.after} was made anew, and this was not: ${renamed}`);
    const digests = digestsOf(container.image, current);
    const note = { ...(await noteOf(work, container, current)), next: { id: current.id, digests } };
    const before = stateOf(container);
    await work.dispatch({ before, update: note });
    return replace(work, before, note, work.clock.now());
  },
};

const renamed = 'the name of its image means another one by now; update it, too';

const noteOf = async (work: Work, container: InspectedContainer, current: DescribedImage): Promise<UpdateNote> => {
  const { restartPolicy } = await work.engine().successors.vitalSigns(container.id);
  return {
    image: container.image,
    fromDigest: digestsOf(container.image, current)[0] ?? null,
    policy: restartPolicy,
    wasUnhealthy: container.health === 'unhealthy',
  };
};

const fetchAndReplace = async (
  work: Work,
  container: InspectedContainer,
  current: DescribedImage,
  note: UpdateNote,
): Promise<Attempted> => {
  const sinceMs = work.clock.now();
  const before = stateOf(container);
  try {
    await limited(work, sinceMs, (signal) => fetchAndTell(work, container.image, signal));
    const next = await work.engine().stock.image(container.image);
    if (next.id === current.id && !(await newProvider(work, before.id)))
      return ended('succeeded', `already up to date: ${shortImageId(next.id)}`);
    const digests = digestsOf(container.image, next);
    const refused = misfit(current, next) ?? blocked(work, [next.id, ...digests]);
    if (refused) return refused;
    await keepForRollback(work, current);
    const known = { ...note, next: { id: next.id, digests } };
    await work.amend({ before, update: known });
    return await replace(work, before, known, sinceMs);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Up to here nothing was touched; an image that is not there is no missing target.
    return { ...ended('failed', `nothing was touched: ${error.message}`), mayRetry: error.canPass };
  }
};

const misfit = (current: DescribedImage, next: DescribedImage): Attempted | null => {
  const reason = misfitOf(current, next);
  return reason === null ? null : ended('failed', reason);
};

const blocked = ({ step, blocks, engine, container }: Work, digests: readonly string[]): Attempted | null => {
  const reason = blocks.reasonFor(engine().hostId, container ?? '', digests);
  if (reason === null || step.options?.force) return null;
  const remedy = 'the next newer one is taken by itself; to take this one all the same, update by hand with force';
  return ended('skipped', `its newest image was rolled back before (${reason}); ${remedy}`, 'blocked');
};

const keepForRollback = async ({ engine, container }: Work, { id }: DescribedImage): Promise<void> => {
  const tag = container ?? '';
  if (tag.length <= longestTag) await engine().stock.tagImage(id, `${rollbackName}:${tag}`);
};

const imageOf = async ({ engine }: Work, id: string): Promise<DescribedImage | null> => {
  try {
    return await engine().stock.image(id);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return null;
    throw error;
  }
};

const digestsOf = (image: string, { digests }: DescribedImage): string[] => {
  const reference = parseReference(image);
  return reference ? digestsAt(digests, reference) : [];
};
