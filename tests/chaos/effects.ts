import type { Diary } from './diary.ts';
import { withoutEchoes } from './echoes.ts';
import type { Deed } from './ledger.ts';
import { at, describe } from './ledger.ts';
import type { Sighting } from './matching.ts';
import { unexplained, unfilled } from './matching.ts';
import { actionsAt } from './overlaps.ts';
import type { Site } from './stage.ts';

/** How the outside account of an effect differs from the ledger. */
export interface Difference {
  kind: 'double' | 'unaccounted' | 'unseen';
  text: string;
}

/** What can be seen from outside, and the actions that bring it. */
const effects: readonly { name: string; actions: readonly string[] }[] = [
  { name: 'start', actions: ['restart', 'start'] },
  { name: 'stop', actions: ['stop'] },
  { name: 'pause', actions: ['pause'] },
  { name: 'unpause', actions: ['unpause'] },
];

/** A container's own note and the engine's event of one start are at most so far apart: an engine may be frozen. */
const noteBeforeEventMs = 10_000;
const noteAfterEventMs = 3_000;
/** What nobody saw the end of may still come: an engine does it when it can. */
const lateMs = 15_000;

/** Compares what the witnesses of a container saw with what the ledger says, effect for effect. */
export const compareEffects = (
  site: Site,
  container: string,
  deeds: readonly Deed[],
  diary: Diary,
): { seen: number; differences: Difference[] } => {
  const own = deeds.filter((d) => d.hostId === site.hostId && d.container === container);
  // A restart is a stop too, and not told apart from one by the engine's events.
  const isRestarted = own.some((d) => d.action === 'restart');
  const wanted = effects.filter(({ name }) => !(isRestarted && name === 'stop'));
  const results = wanted.map(({ name, actions }) => {
    const sightings = sightingsOf(site, container, name);
    const fitting = own.filter((d) => actions.includes(d.action) && !d.isIdle);
    const differences = differencesOf(site, name, sightings, fitting, diary);
    return { seen: sightings.length, differences };
  });
  return { seen: results.reduce((sum, r) => sum + r.seen, 0), differences: results.flatMap((r) => r.differences) };
};

const differencesOf = (site: Site, name: string, seen: Sighting[], deeds: Deed[], diary: Diary): Difference[] => {
  const isByEngine = (from: number, to: number) =>
    diary.within(site.hostId, from, to).some((e) => e.fault === 'engine stopped' || e.fault === 'engine killed');
  // An engine that ends stops its containers, and wakes the paused ones for it; it never starts or pauses one.
  const canBeByEngine = name === 'stop' || name === 'unpause';
  const places = deeds.map((d) => (d.outcome === 'succeeded' ? d : { ...d, to: d.to + lateMs }));
  const surplus = unexplained(seen, places).filter((s) => !(canBeByEngine && isByEngine(s.at - 1000, s.at)));
  const certain = deeds.filter((d) => d.outcome === 'succeeded');
  const missing = unfilled(certain, seen).filter((d) => name === 'start' || !isByEngine(d.from, d.to));
  return [
    ...surplus.map(({ at: when }): Difference => {
      const around = places.filter((p) => p.from <= when && p.to >= when);
      const faults = diary
        .within(site.hostId, when - 60_000, when)
        .map(({ fault, from, to }) => `${fault} ${at(from)}–${at(to)}`);
      const deedsThen = around.map(describe).join('; ') || 'nothing';
      const text = `${name} at ${at(when)}; ledger: ${deedsThen}; a minute's faults: ${faults.join(', ') || 'none'}`;
      return { kind: around.length > 0 ? 'double' : 'unaccounted', text };
    }),
    ...missing.map((deed): Difference => ({ kind: 'unseen', text: `no ${name} for ${describe(deed)}` })),
  ];
};

const sightingsOf = (site: Site, container: string, name: string): Sighting[] => {
  if (name === 'start') return starts(site, container);
  const events = eventsOf(site, container, name);
  if (name === 'stop') return events;
  const calls = actionsAt(site).filter((call) => call.container === container && call.action === name);
  return withoutEchoes(
    events,
    calls.map(({ request }) => request),
  );
};

const eventsOf = (site: Site, container: string, action: string): Sighting[] =>
  site.events.events().filter((e) => e.name === container && e.action === action);

/** The container's own notes, and the engine's events where it had no time to write one. The first is the lab's. */
const starts = (site: Site, container: string): Sighting[] => {
  const notes = site.starts(container);
  const left = new Set(notes);
  const alone = eventsOf(site, container, 'start').filter((event) => {
    const own = [...left].find((n) => n >= event.at - noteBeforeEventMs && n <= event.at + noteAfterEventMs);
    if (own !== undefined) left.delete(own);
    return own === undefined;
  });
  return [...notes.map((n) => ({ at: n })), ...alone].sort((a, b) => a.at - b.at).slice(1);
};
