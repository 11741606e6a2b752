import { copyFileSync } from 'node:fs';
import type { Rooms } from '../../server/assembly/index.ts';
import { createRooms } from '../../server/assembly/index.ts';
import { Bus } from '../../server/bus/index.ts';
import type { Logger } from '../../server/log/index.ts';
import { createLogger } from '../../server/log/index.ts';
import { scenarioSecrets } from '../../server/scenario-secrets.ts';
import type { Death } from './life.ts';
import { Life } from './life.ts';
import { openMortal } from './mortal-database.ts';
import { Random } from './random.ts';
import type { Fates } from './scripted-engine.ts';
import { ScriptedEngine } from './scripted-engine.ts';
import { Witness } from './witness.ts';
import { WorldTime } from './world-time.ts';

const startMs = Date.UTC(2026, 10, 23, 12, 0, 30);

/** A machine with an engine and a disk, on which the program lives, dies and lives again. */
export class World {
  readonly random: Random;
  readonly time = new WorldTime(startMs);
  readonly witness: Witness;
  readonly engine: ScriptedEngine;
  crashes = 0;
  #file: string;
  #log: Logger;
  #life: Life;
  #rooms: Rooms | null = null;
  #judged = new Set<string>();

  /** @param template an empty database of the newest form */
  constructor(parts: { seed: number; file: string; template: string; fates: Fates }) {
    this.random = new Random(parts.seed);
    this.#file = parts.file;
    copyFileSync(parts.template, parts.file);
    this.witness = new Witness(parts.file, this.time);
    const { time, random, witness } = this;
    this.engine = new ScriptedEngine({ time, random, fates: parts.fates, listener: witness });
    const write = (line: string) => this.witness.blame(`the log says: ${line.trim()}`);
    this.#log = createLogger({ level: 'error', isPretty: false, write, now: time.now });
    this.#life = new Life(time, null);
  }

  get life(): Life {
    return this.#life;
  }

  /** The program's rooms, while it lives. */
  get rooms(): Rooms {
    if (!this.#rooms) throw new Error('the program was never started');
    return this.#rooms;
  }

  /** Starts the program; it may die of that. */
  async open(death: Death | null): Promise<void> {
    const life = new Life(this.time, death);
    this.#life = life;
    this.witness.tell(`the program starts${death ? `, and dies ${death.side} ${death.point} ${death.count}` : ''}`);
    life.atEnd(() => this.witness.tell('the program is gone'));
    const bus = new Bus((error) => this.witness.blame(`a listener threw: ${String(error)}`));
    bus.on('run.changed', (run) => {
      this.witness.tell(`run ${run.id} of ${run.scheduleName}: ${run.outcome} ${run.message ?? ''}`);
      for (const [i, { targets }] of run.steps.entries()) {
        for (const { container, outcome } of targets) {
          if (outcome === 'interrupted') this.#judgeInterrupted(`${run.id}/${i}`, container ?? '');
        }
      }
    });
    await this.survive(async () => {
      const rooms = await createRooms({
        db: openMortal(this.#file, life, this.witness.committed),
        bus,
        clock: life.clock,
        log: this.#log,
        localUrl: 'unix:///scripted.sock',
        timeZone: 'UTC',
        ownContainerId: null,
        secrets: scenarioSecrets,
        connect: () => this.engine.connect(life),
      });
      this.#rooms = rooms;
      await rooms.start();
    });
  }

  /** Does something with the program; undefined when it dies meanwhile. */
  async survive<T>(work: () => Promise<T>): Promise<T | undefined> {
    const ended = await Promise.race([work(), this.#life.over]);
    return ended === 'over' ? undefined : ended;
  }

  /** Lets time pass while the program lives. */
  async pass(ms: number): Promise<void> {
    const life = this.#life;
    await this.time.pass(ms, () => life.isOver);
  }

  /** Time passes, and the program is not there. */
  async passWithout(ms: number): Promise<void> {
    this.#life.end();
    await this.time.pass(ms, () => false);
  }

  /** Only where the engine could not be asked to the last may a run say that nobody can tell. */
  #judgeInterrupted(target: string, container: string): void {
    if (this.#judged.has(target)) return;
    this.#judged.add(target);
    if (this.engine.lastLook.get(container) !== false) {
      this.witness.blame(`${target} is interrupted, although the engine could tell of ${container}`);
    }
  }

  close(): void {
    this.#life.end();
    this.witness.close();
  }
}
