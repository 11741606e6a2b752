import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault as Way } from '../../lab/fault-proxy.ts';
import type { Diary } from './diary.ts';
import type { Seeded } from './seeded.ts';
import { Deck } from './seeded.ts';
import type { Site, Stage } from './stage.ts';

const hourMs = 3_600_000;

/** Something that goes wrong, lasts and is healed again. */
interface Fault<On> {
  name: string;
  strike(on: On, random: Seeded): Promise<void>;
}

/** The way to the engine breaks in one manner for a while. */
const way = (name: string, fault: Way, longestMs: number): Fault<Site> => ({
  name,
  strike: async ({ proxy }, random) => {
    await proxy.set(fault);
    await sleep(random.between(500, longestMs));
    await proxy.set({ kind: 'none' });
  },
});

/** The engine ends; clients find its socket closed, as without a proxy, until it is back. */
const outage = (name: string, end: (site: Site) => Promise<void>): Fault<Site> => ({
  name,
  strike: async (site, random) => {
    await end(site);
    await site.proxy.set({ kind: 'refuse' });
    await sleep(random.between(0, 3000));
    await site.engine.start();
    await site.proxy.set({ kind: 'none' });
  },
});

const engineFaults: readonly Fault<Site>[] = [
  outage('engine stopped', ({ engine }) => engine.stop()),
  outage('engine killed', ({ engine }) => engine.kill9()),
  {
    name: 'engine frozen',
    strike: async ({ engine }, random) => {
      await engine.freeze();
      await sleep(random.between(1000, 8000));
      await engine.thaw();
    },
  },
  {
    name: 'containerd frozen',
    strike: async ({ engine }, random) => {
      await engine.freezeContainerd();
      await sleep(random.between(1000, 8000));
      await engine.thawContainerd();
    },
  },
  way('replies lost', { kind: 'half-open' }, 5000),
  way('way black', { kind: 'blackhole' }, 8000),
  way('connections reset', { kind: 'reset' }, 4000),
  way('way slow', { kind: 'delay', delayMs: 300 }, 4000),
  {
    name: 'connections cut',
    strike: async ({ proxy }) => proxy.cut(),
  },
];

const killed: Fault<Stage> = {
  name: 'program killed',
  strike: (stage) => stage.restart((program) => program.kill9()),
};

const programFaults: readonly Fault<Stage>[] = [
  {
    name: 'program frozen',
    strike: async ({ program }, random) => {
      process.kill(program.pid, 'SIGSTOP');
      await sleep(random.between(1000, 8000));
      process.kill(program.pid, 'SIGCONT');
    },
  },
  {
    // A program that was ended in order has an empty write-ahead log: there is no room in there to live on.
    name: 'disk full',
    strike: async (stage, random) => {
      await stage.restart((program) => program.stop());
      stage.disk.fill();
      await sleep(random.between(2000, 6000));
      if (random.chance(50)) await stage.restart((program) => program.kill9(), stage.disk.free);
      stage.disk.free();
    },
  },
  {
    name: 'clock back an hour and right again',
    strike: async ({ clock }, random) => {
      clock.step(-hourMs);
      await sleep(random.between(1000, 5000));
      clock.step(hourMs);
    },
  },
];

/** Once in a while only: each hour that the clock jumps is full of slots. */
const roundsPerHour = 8;
const clockAhead: Fault<Stage> = {
  name: 'clock ahead an hour',
  strike: async ({ clock }) => clock.step(hourMs),
};

/** How much there is to be. */
export interface Measure {
  seconds: number;
  kills: number;
}

/** Strikes the program and both engines, each by itself, until it was long and often enough, and each kind was there. */
export const wreakHavoc = async (stage: Stage, diary: Diary, random: Seeded, measure: Measure): Promise<void> => {
  const endAt = Date.now() + measure.seconds * 1000;
  const engineDeck = new Deck(engineFaults, random);
  const kills = Array.from({ length: Math.max(5, Math.ceil(measure.kills / 15)) }, () => killed);
  const programDeck = new Deck([...kills, ...programFaults], random);
  const isEnough = () =>
    Date.now() > endAt && programDeck.rounds > 0 && (diary.counts()[killed.name] ?? 0) >= measure.kills;
  let isBroken = false;
  const isOver = () => isBroken || (isEnough() && engineDeck.rounds > 0);
  const onProgram = async () => {
    let hours = 0;
    while (!isBroken && !isEnough()) {
      // Often at once: a start is where the most is under way.
      await sleep(random.chance(30) ? random.between(0, 150) : random.between(150, 2500));
      const isNextHour = programDeck.rounds === hours * roundsPerHour;
      if (isNextHour) hours += 1;
      const fault = isNextHour ? clockAhead : programDeck.deal();
      await diary.during(fault.name, null, () => fault.strike(stage, random));
    }
  };
  const onEngine = async (site: Site) => {
    while (!isOver()) {
      await sleep(random.between(1000, 4000));
      await site.replaceStuck();
      const fault = engineDeck.deal();
      await diary.during(fault.name, site.hostId, () => fault.strike(site, random));
    }
  };
  // One that fails ends the others, which would go on striking what is being taken away.
  const lanes = [onProgram(), ...stage.sites.map(onEngine)].map((lane) =>
    lane.catch((error: unknown) => {
      isBroken = true;
      throw error;
    }),
  );
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
};
