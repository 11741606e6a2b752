import type { Transaction } from 'kysely';
import type { EventFacts, Origin } from '../../../contract/index.ts';
import type { ContainerUpdated } from '../../bus/index.ts';
import type { Tables } from '../../database/index.ts';
import { cut } from './channels/channel.ts';
import { plain } from './channels/escaping.ts';
import type { Happening } from './happening.ts';
import { noFacts } from './run-facts.ts';
import type { RunSources } from './run-happenings.ts';
import { lastLinesOf } from './run-output.ts';

const longestLine = 500;
/** As registries and engines show digests. */
const shownDigits = 12;

/** What is told of a container that has a newer image, or was to have one and has the old one again. */
export const updateHappening = async (
  trx: Transaction<Tables>,
  updated: ContainerUpdated,
  sources: RunSources,
): Promise<Happening> => {
  const { hostId, name, runId, at, outcome } = updated;
  const event = outcome === 'done' ? ('update.done' as const) : ('update.rolled_back' as const);
  const run = await runOf(trx, runId);
  const facts = await factsOf(trx, updated, run, sources);
  const marks = sources.marksOf(hostId, name) ?? { stack: null, tags: [] };
  return {
    ...{ event, severity: outcome === 'done' ? 'success' : 'error', at },
    key: `${event}/${runId}/${hostId}/${name}`,
    subject: `${event}/${hostId}/${name}`,
    title: `${outcome === 'done' ? 'Updated' : 'Rolled back'}: ${name} on ${facts.host}`,
    body: bodyOf(updated, facts),
    places: [{ hostId, ...marks }],
    path: null,
    run: { id: runId, scheduleId: run.schedule_id, origin: run.origin as Origin, badSince: null },
    facts: JSON.stringify(facts),
  };
};

const runOf = (trx: Transaction<Tables>, runId: string) =>
  trx
    .selectFrom('runs')
    .select(['schedule_id', 'schedule_name', 'origin'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();

type MadeBy = Awaited<ReturnType<typeof runOf>>;

const factsOf = async (
  trx: Transaction<Tables>,
  { hostId, name, runId, outcome, image, fromDigest, toDigest, reason }: ContainerUpdated,
  { schedule_id, schedule_name }: MadeBy,
  { hostName, nextRun, marksOf }: RunSources,
): Promise<EventFacts> => {
  const host = hostName(hostId);
  const isBack = outcome === 'rolled_back';
  const lines = isBack ? await lastLinesOf(trx, runId, { hostId, container: name }) : [];
  return {
    ...noFacts,
    schedule: schedule_id === null ? null : { id: schedule_id, name: schedule_name ?? '' },
    ...{ container: name, host, stack: marksOf(hostId, name)?.stack ?? null, image, reason, fromDigest, toDigest },
    expected: isBack ? 'running with the newest image' : null,
    lines: lines.map((line) => cut(plain(line), longestLine)),
    nextRun: isBack && schedule_id !== null ? nextRun(schedule_id) : null,
  };
};

const bodyOf = ({ outcome, image }: ContainerUpdated, facts: EventFacts): string => {
  const exchanged = `${image}: ${short(facts.fromDigest)} → ${short(facts.toDigest)}`;
  const by = facts.schedule ? [`By the schedule ${facts.schedule.name}.`] : [];
  if (outcome === 'done') return [exchanged, ...by].join('\n');
  return [
    facts.reason ?? 'The new container did not do.',
    `Expected: ${facts.expected}`,
    exchanged,
    ...by,
    ...(facts.lines.length > 0 ? ['', ...facts.lines] : []),
    '',
    'The old container is back. This image is not taken again by itself; the next newer one is.',
    ...(facts.nextRun === null ? [] : [`Next run: ${facts.nextRun}`]),
  ].join('\n');
};

const short = (digest: string | null): string =>
  digest === null ? 'unknown' : digest.replace(/^sha256:/, '').slice(0, shownDigits);
