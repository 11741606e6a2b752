import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError, shortImageId } from '../../engine/index.ts';
import type { StateBefore } from './action.ts';
import { Interruption } from './interruption.ts';
import type { Attempted, Dispatched, UpdateNote, Work } from './kind.ts';
import { ended } from './kind.ts';
import { keepLastLines } from './last-lines.ts';
import { limited } from './limited.ts';
import { shutdownOf } from './observation.ts';
import { Succession } from './succession.ts';
import { keepVigil } from './vigil.ts';

const watchMs = 20_000;
const afterRestart = ' (seen after a restart of Chrontainer)';

/** A container, what is known of its update, and the steps that are left. */
interface Exchange {
  work: Work;
  before: StateBefore;
  note: UpdateNote;
  next: { id: string; digests: string[] };
  succession: Succession;
}

/**
 * Puts a container of the new image in the place of the old one, or everything back; also where the engine fails.
 * @throws Interruption: at the program's end with all as it stands, otherwise with all put back
 */
export const replace = async (
  work: Work,
  before: StateBefore,
  note: UpdateNote,
  sinceMs: number,
): Promise<Attempted> => {
  if (!note.next) return ended('failed', 'there is no new image');
  const begun = { before, note, next: note.next };
  try {
    return await limited(work, sinceMs, (signal) => {
      const limitedWork = { ...work, signal };
      return forward({ ...begun, work: limitedWork, succession: new Succession(limitedWork, before, note) });
    });
  } catch (error) {
    const isInTheEngine = error instanceof EngineError;
    if (!isInTheEngine && (!(error instanceof Interruption) || error.why === 'shutdown')) throw error;
    const back = await goBack(exchangeOf(work, before, note), { reason: error.message, isBlamed: false });
    if (isInTheEngine) return back;
    throw new Interruption(error.why, back.message);
  }
};

/** What an earlier life of the program had begun is brought to its end, by what is found at the engine. */
export const goOn = async (
  work: Work,
  { note: { before, update: note }, dispatchedAt }: Dispatched,
): Promise<Attempted | null> => {
  if (!before || !note?.next) return null;
  const exchange = exchangeOf(work, before, note);
  const { succession } = exchange;
  if (note.undoing) return told(await goBack(exchange, note.undoing));
  const [old, made] = [await succession.old(), await succession.next()];
  if (!made && !old) return ended('interrupted', 'the container is gone, and so is the one that was to replace it');
  // One that was being made may lack anything; while the old one is untouched another is made.
  if (made && made.startedAt === null && isUntouched(exchange, old)) await succession.discard();
  if (made) return told(await replace(work, before, note, dispatchedAt));
  // Nothing was made yet, or somebody took it away.
  if (isUntouched(exchange, old)) return null;
  return told(await goBack(exchange, { reason: 'the new container was taken away', isBlamed: false }));
};

const isUntouched = ({ work, note, succession }: Exchange, old: InspectedContainer | null): boolean => {
  if (!old || old.name !== work.container) return false;
  return !succession.wasRunning || (old.running && old.restartPolicy === note.policy.Name);
};

const told = (attempted: Attempted): Attempted => ({ ...attempted, message: `${attempted.message}${afterRestart}` });

/** For what has to be done whatever the run's fate is: only the program's end stops it. */
const exchangeOf = (work: Work, before: StateBefore, note: UpdateNote): Exchange => {
  const steady = { ...work, signal: shutdownOf(work.signal) };
  const next = note.next ?? { id: '', digests: [] };
  return { work: steady, before, note, next, succession: new Succession(steady, before, note) };
};

const forward = async (exchange: Exchange): Promise<Attempted> => {
  const { succession, next } = exchange;
  try {
    // What was retired already was retired for a new one that was as predicted; by what it is now nothing can be predicted.
    const strange = isUntouched(exchange, await succession.old()) ? await succession.make(next.id) : [];
    if (strange.length > 0) return withdraw(exchange, `the new container would differ in ${strange.join(', ')}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return withdraw(exchange, error.message);
  }
  const made = await succession.next();
  if (!made) return withdraw(exchange, 'the new container was taken away');
  // With the name the new one had passed: what is left is to take the old one away.
  const fault = made.name === exchange.work.container ? null : await takeOver(exchange, made.id);
  if (fault) return goBack(exchangeOf(exchange.work, exchange.before, exchange.note), fault);
  return finish(exchange, made.id);
};

/** Nothing was touched yet but for what is taken away again. */
const withdraw = async ({ succession, work, before, note }: Exchange, reason: string): Promise<Attempted> => {
  const old = await succession.old();
  if (old && (old.name !== work.container || (succession.wasRunning && !old.running))) {
    return goBack(exchangeOf(work, before, note), { reason, isBlamed: false });
  }
  if (old) await succession.discard();
  return ended('failed', `nothing was touched: ${reason}`);
};

type Fault = NonNullable<UpdateNote['undoing']>;

/** Stops the old container, starts the new one and watches it. Resolves with what went wrong. */
const takeOver = async ({ work, before, note, succession }: Exchange, id: string): Promise<Fault | null> => {
  if (!succession.wasRunning) return null;
  try {
    await succession.retire();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { reason: `the old container could not be stopped: ${error.message}`, isBlamed: false };
  }
  try {
    await succession.start(id);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { reason: `the new container could not be started: ${error.message}`, isBlamed: true };
  }
  const reason = await keepVigil(work, id, {
    watchMs: work.step.options?.watchMs ?? watchMs,
    wasUnhealthy: note.wasUnhealthy,
    wasEnding: before.state === 'restarting',
  });
  if (reason === null) return null;
  await keepLastLines(work, id);
  return { reason: `the new container did not do: ${reason}`, isBlamed: true };
};

/** From here on the new container is the one that counts: nobody breaks this off. */
const finish = async (exchange: Exchange, nextId: string): Promise<Attempted> => {
  const { work, before, note, next } = exchange;
  const steady = exchangeOf(work, before, note);
  try {
    const left = await steady.succession.hand(nextId);
    const rest = left === null ? '' : `; the old container could not be removed: ${left}`;
    const change = changeOf(exchange, null);
    return { ...ended('succeeded', `updated to the image ${shortImageId(next.id)}${rest}`), change };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return goBack(steady, { reason: `the names could not be exchanged: ${error.message}`, isBlamed: false });
  }
};

/** Undoes everything; why is on the disk before it begins. */
const goBack = async (exchange: Exchange, fault: Fault): Promise<Attempted> => {
  const { work, before, note, succession } = exchange;
  await work.amend({ before, update: { ...note, undoing: fault } });
  try {
    if (!(await succession.old())) return ended('interrupted', `${fault.reason}; the old container is gone`);
    await succession.discard();
    await succession.reinstate();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return ended('failed', `${fault.reason}; the old container could not be brought back: ${error.message}`);
  }
  const back = succession.wasRunning ? 'the old container runs again' : 'the old container is as it was';
  const ending = ended('failed', `rolled back: ${fault.reason}; ${back}`);
  return fault.isBlamed ? { ...ending, change: changeOf(exchange, fault.reason) } : ending;
};

/** What others are told of, and what is not taken again; nothing where the image is the one that the container had. */
const changeOf = ({ note, next }: Exchange, reason: string | null): Attempted['change'] => {
  const toDigest = next.digests[0] ?? null;
  if (note.fromDigest === toDigest) return undefined;
  return {
    outcome: reason === null ? 'done' : 'rolled_back',
    image: note.image,
    fromDigest: note.fromDigest,
    toDigest,
    toDigests: [next.id, ...next.digests],
    reason,
  };
};
