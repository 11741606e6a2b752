import type { Container, Run, ScheduleRevision, TimelineState, Why } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Onlooker, Sight } from '../../policy/index.ts';
import type { History } from '../runs/index.ts';
import { resolveTargets } from '../runs/index.ts';
import { nextOccurrence } from './occurrences.ts';
import { plannedSlots } from './planned-slots.ts';
import type { Roster } from './roster.ts';
import type { ScheduleRecord } from './schedule.ts';
import { fieldsOf } from './schedule.ts';
import type { Schedules } from './schedules.ts';
import type { ScheduleStore } from './store.ts';

const minuteMs = 60_000;
/** How far back the slot before is looked for, ever farther: a rule of each second has 86,400 in a day. */
const lookBackMs = [minuteMs, 60 * minuteMs, 86_400_000, 8 * 86_400_000, 370 * 86_400_000];
const mostSlots = 60;
/** So far on both sides of the minute what happened to the containers is told. */
const aroundMs = 10 * minuteMs;
/** What became of more runs than these in one minute is only counted: they stand beside the answer. */
const mostSentences = 5;
/** A schedule of more containers is told of these. */
const mostContainers = 50;

interface Parts {
  schedules: Schedules;
  store: ScheduleStore;
  roster: Roster;
  history: History;
  clock: Clock;
  sight: Sight;
  fleet: { containers(): Container[] };
  states: {
    between(of: { host: number; container: string }, fromMs: number, toMs: number): Promise<TimelineState[]>;
  };
}

/** Answers, for any schedule and any minute, what was due, what became of it and what decided. */
export class Whys {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** As far as the onlooker may see it. @throws CHR_NOT_FOUND */
  async ask(id: number, atMs: number, onlooker: Onlooker): Promise<Why> {
    const { schedules, store, roster, history, sight } = this.#parts;
    const record = schedules.recordOf(id);
    const fromMs = Math.floor(atMs / minuteMs) * minuteMs;
    const revision = inForce(await store.revisions(id), fromMs + minuteMs - 1);
    const then = revision && { ...record, ...fieldsOf(revision.document) };
    const slots = then ? roster.slotsOf(then, fromMs - 1, fromMs + minuteMs - 1, mostSlots).map((slot) => slot.at) : [];
    const touching = (await history.during(id, fromMs, fromMs + minuteMs)).flatMap(
      (run) => sight.run(onlooker, run) ?? [],
    );
    const isOf = (run: Run) => {
      const dueAt = Date.parse(run.scheduledFor ?? run.createdAt);
      return dueAt >= fromMs && dueAt < fromMs + minuteMs;
    };
    const runs = touching.filter(isOf);
    const underWay = touching.filter((run) => !isOf(run));
    const neighbours = then ? this.#neighbours(then, fromMs) : { previousSlot: null, nextSlot: null };
    return {
      minute: new Date(fromMs).toISOString(),
      answer: this.#answer({ record, revision, then, slots, runs, fromMs, ...neighbours }),
      revision: revision?.revision ?? null,
      slots: slots.map((slot) => new Date(slot).toISOString()),
      runs,
      underWay,
      ...neighbours,
      around: await this.#around(targetsOf(then?.steps ?? [], touching, this.#parts.fleet), fromMs, onlooker),
    };
  }

  /** What became of the containers around the minute: the reason of a failure often stands there. */
  async #around(targets: Target[], fromMs: number, { rights }: Onlooker): Promise<TimelineState[]> {
    const { sight, states, clock } = this.#parts;
    // What a container will be nobody knows.
    if (fromMs - aroundMs > clock.now()) return [];
    const seen = targets.filter(({ hostId, container }) => rights.can('view', sight.placeOf(hostId, container)));
    const found = seen.slice(0, mostContainers).map(({ hostId, container }) => {
      const of = { host: hostId, container };
      return states.between(of, fromMs - aroundMs, fromMs + minuteMs + aroundMs);
    });
    return (await Promise.all(found)).flat().sort((one, other) => (one.at < other.at ? -1 : 1));
  }

  #neighbours(record: ScheduleRecord, fromMs: number): Pick<Why, 'previousSlot' | 'nextSlot'> {
    const { roster } = this.#parts;
    const context = roster.contextOf(record);
    const next = record.enabled ? nextOccurrence(record.trigger, fromMs + minuteMs - 1, context) : null;
    let previous: number | null = null;
    for (const back of lookBackMs) previous ??= lastSlotIn(roster, record, fromMs - back, fromMs - 1);
    return {
      previousSlot: previous === null ? null : new Date(previous).toISOString(),
      nextSlot: next === null ? null : new Date(next.at).toISOString(),
    };
  }

  #answer(facts: Facts): string {
    const { revision, then, slots, runs, fromMs } = facts;
    if (runs.length > mostSentences) return countOf(runs);
    if (runs.length > 0) return runs.map(sentenceOf).join(' ');
    if (!revision || !then) return 'The schedule did not exist yet.';
    const isOver = fromMs + minuteMs <= this.#parts.clock.now();
    if (!then.enabled) return `The schedule ${isOver ? 'was' : 'is'} disabled (revision ${revision.revision}).`;
    if (slots.length === 0) return `No slot. ${aroundWords(facts)}`;
    if (isOver) {
      return 'There was a slot by the rule of that time, and no run: it was not in force, or its runs were deleted.';
    }
    const plan = { roster: this.#parts.roster, afterMs: fromMs - 1, count: 1, usualMs: null, sees: () => false };
    const words = plannedSlots(then, plan).flatMap(({ policies }) => policies);
    if (words.length === 0) return 'A slot is due then, and nothing known now stands against it.';
    return `A slot is due then: ${words.join('; ')}.`;
  }
}

interface Target {
  hostId: number;
  container: string;
}

/** What the steps mean now, and what the runs of that minute acted on, each once. */
const targetsOf = (steps: ScheduleRecord['steps'], runs: readonly Run[], fleet: Parts['fleet']): Target[] => {
  const meant = resolveTargets(
    steps.flatMap((step) => step.targets),
    fleet.containers(),
  );
  const touched = runs
    .flatMap((run) => run.steps.flatMap((step) => step.targets))
    .flatMap(({ hostId, container }) => (hostId === null || container === null ? [] : [{ hostId, container }]));
  const all = [...meant, ...touched].map((target) => [`${target.hostId}/${target.container}`, target] as const);
  return [...new Map(all).values()];
};

interface Facts extends Pick<Why, 'previousSlot' | 'nextSlot' | 'runs'> {
  record: ScheduleRecord;
  revision: ScheduleRevision | null;
  then: ScheduleRecord | null;
  slots: number[];
  fromMs: number;
}

const inForce = (revisions: readonly ScheduleRevision[], atMs: number): ScheduleRevision | null =>
  revisions.find((revision) => Date.parse(revision.at) <= atMs) ?? null;

const lastSlotIn = (roster: Roster, record: ScheduleRecord, fromMs: number, toMs: number): number | null => {
  let last: number | null = null;
  for (let from = fromMs; ; ) {
    const slots = roster.slotsOf({ ...record, maxRuns: null }, from, toMs, 2000);
    last = slots.at(-1)?.at ?? last;
    if (slots.length < 2000 || last === null) return last;
    from = last;
  }
};

const countOf = (runs: readonly Run[]): string => {
  const fates = Map.groupBy(runs, fateOf);
  const counts = [...fates].map(([fate, those]) => `${those.length} ${fate}`);
  return `${runs.length} runs in this minute: ${counts.join(', ')}.`;
};

const fateOf = ({ outcome, reason, waitsUntil }: Run): string =>
  waitsUntil
    ? `waits until ${waitsUntil} to begin`
    : `${outcome.replace('_', ' ')}${reason ? ` (${reason.replaceAll('_', ' ')})` : ''}`;

const sentenceOf = (run: Run): string => {
  const what = run.scheduledFor ? `The slot of ${run.scheduledFor}` : `A run ${run.cause ?? `by ${run.actor.name}`}`;
  return `${what}: ${fateOf(run)}${run.message ? `; ${run.message}` : ''}.`;
};

const aroundWords = ({ previousSlot, nextSlot }: Facts): string => {
  const before = previousSlot ? `the one before is ${previousSlot}` : 'there is none before';
  return `${before[0]?.toUpperCase()}${before.slice(1)}, ${nextSlot ? `the next ${nextSlot}` : 'and none after'}.`;
};
