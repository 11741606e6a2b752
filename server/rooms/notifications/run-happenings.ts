import type { Transaction } from 'kysely';
import type { Selector } from '../../../contract/index.ts';
import type { Tables } from '../../database/index.ts';
import type { EndedRun } from '../runs/index.ts';
import type { Happening, Meaning, Place } from './happening.ts';
import { eventOf, isBad, outcomeBefore, usualWhereSlow, wellAt } from './run-events.ts';
import { lastLinesOf } from './run-output.ts';
import { wordsOf } from './run-words.ts';

/** What is asked of other rooms for a message about a run. */
export interface RunSources {
  hostName(hostId: number): string;
  /** An instant as people read it, in the instance's zone. */
  localTime(ms: number): string;
  /** When a schedule runs next, as people read it; null when it does not. */
  nextRun(scheduleId: number): string | null;
  /** The stack and the tags of a container; undefined where there is none of that name. */
  marksOf(hostId: number, container: string): Omit<Place, 'hostId'> | undefined;
}

/** What the end of a run means to people, in words; null where nobody asks for it: most runs end so, and cost no words. */
export const happeningOf = async (
  trx: Transaction<Tables>,
  run: EndedRun,
  sources: RunSources,
  isAskedFor: (meaning: Meaning) => boolean,
): Promise<Happening | null> => {
  const before = await outcomeBefore(trx, run);
  const usualMs = await usualWhereSlow(trx, run);
  const meant = eventOf(run, before);
  if (!meant) return null;
  const told = usualMs === null ? meant : { event: 'run.slow' as const, severity: 'warning' as const };
  const { event } = told;
  const isRepeat = isBad(before) && (event === 'run.failed' || event === 'run.missed');
  const meaning: Meaning = {
    ...told,
    places: placesOf(run, sources),
    run: {
      id: run.id,
      scheduleId: run.scheduleId,
      origin: run.origin,
      badSince: isRepeat && run.scheduleId !== null ? await wellAt(trx, run.scheduleId, run.id) : null,
    },
  };
  if (!isAskedFor(meaning)) return null;
  const words = wordsOf(run, told, await contextOf(trx, run, sources));
  const slow = usualMs === null ? '' : `It took ${seconds(run.durationMs ?? 0)}, usually ${seconds(usualMs)}.\n`;
  return {
    ...meaning,
    title: words.title,
    body: `${slow}${words.body}`,
    facts: words.facts,
    key: `${run.id}/${event}`,
    subject: `${event}/${run.scheduleId ?? run.name}`,
    at: run.endedAt,
    path: null,
  };
};

/** Where it was, and where it was to be: what was missed touched nothing. */
const placesOf = (run: EndedRun, sources: RunSources): Place[] => [
  ...run.hosts.map((hostId) => ({ hostId, stack: null, tags: [] })),
  ...run.selectors.flatMap((selector) => placeNamed(selector, sources)),
  ...run.targets.flatMap(({ hostId, container }) => {
    const marks = hostId === null || container === null ? undefined : sources.marksOf(hostId, container);
    return hostId === null || !marks ? [] : [{ hostId, ...marks }];
  }),
];

const placeNamed = (selector: Selector, { marksOf }: RunSources): Place[] => {
  const hostId = ('hostId' in selector ? selector.hostId : undefined) ?? null;
  if ('stack' in selector) return [{ hostId, stack: selector.stack, tags: [] }];
  if ('tag' in selector) return [{ hostId, stack: null, tags: [selector.tag] }];
  const marks = 'container' in selector ? marksOf(selector.hostId, selector.container) : undefined;
  return marks ? [{ hostId, ...marks }] : [];
};

const contextOf = async (trx: Transaction<Tables>, run: EndedRun, { hostName, localTime, nextRun }: RunSources) => {
  const lastLines = await lastLinesOf(trx, run.id);
  return { hostName, localTime, lastLines, nextRun: run.scheduleId === null ? null : nextRun(run.scheduleId) };
};

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
