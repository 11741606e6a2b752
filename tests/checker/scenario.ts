import type { ScheduleInput, Step } from '../../contract/index.ts';
import { ChrontainerError } from '../../server/errors/index.ts';
import { scenarioCaller as caller } from '../../server/scenario-caller.ts';
import type { Figures } from './account.ts';
import { settleAccount } from './account.ts';
import type { BoxAction } from './box.ts';
import { drawAction, drawFollower, drawSchedule, drawTrigger } from './drawn-schedules.ts';
import type { Death } from './life.ts';
import type { Random } from './random.ts';
import type { Fates } from './scripted-engine.ts';
import { World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
/** The longest that the runs of a seed may need to end once nothing new comes. */
const mostQuietMs = 2 * hour;

/** What one seed came to. */
export interface Result extends Figures {
  crashes: number;
  faults: string[];
  story: string[];
}

const happenings = {
  pass: 12,
  crash: 2,
  restart: 1,
  stepBack: 1,
  stepForward: 1,
  suspend: 1,
  outage: 3,
  edit: 3,
  switch: 3,
  remove: 1,
  undelete: 1,
  runNow: 3,
  act: 3,
  cancel: 2,
  pauseInstance: 1,
  impatience: 2,
  restore: 2,
};

/** A life and times drawn by chance: schedules, edits, crashes, outages and clocks, until all is quiet again. */
export const playSeed = async (seed: number, files: { file: string; template: string }): Promise<Result> => {
  const world = new World({ seed, ...files, fates: fatesOf(seed) });
  const story = new Story(world);
  try {
    await story.begin();
    for (let left = world.random.int(10, 25); left > 0; left--) await story.goOn();
    await story.quieten();
    const figures = settleAccount(world.witness, world.time.latestMs);
    return { ...figures, crashes: world.crashes, faults: world.witness.faults, story: world.witness.story };
  } finally {
    world.close();
  }
};

/** A good engine in one seed of three; a bad one in the others. */
const fatesOf = (seed: number): Fates =>
  seed % 3 === 0
    ? { ok: 1, replyLost: 0, cut: 0, silent: 0, requestLost: 0, broken: 0, conflict: 0 }
    : { ok: 70, replyLost: 6, cut: 6, silent: 3, requestLost: 5, broken: 5, conflict: 5 };

class Story {
  #world: World;
  #random: Random;
  #names = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random;
  }

  async begin(): Promise<void> {
    const { rooms } = await this.#start(null);
    for (let left = this.#random.int(2, 4); left > 0; left--) {
      const made = await rooms.schedules.create(this.#draw(), caller);
      if (!this.#random.chance(0.3)) continue;
      await rooms.schedules.create(drawFollower(this.#random, made.id, `after ${made.name}`), caller);
    }
    // The next life may end anywhere.
    await this.#world.passWithout(0);
    await this.#start(this.#drawDeath());
  }

  async goOn(): Promise<void> {
    const happening = this.#random.weighted(happenings);
    this.#world.witness.tell(`-- ${happening}`);
    await this.#happen(happening);
    if (!this.#world.life.isOver) await this.#world.pass(this.#random.int(0, 15_000));
    while (this.#world.life.isOver) await this.#rise();
  }

  /** Ends every schedule, lets every run end, and asks the engine no more riddles. */
  async quieten(): Promise<void> {
    const { time, engine } = this.#world;
    engine.setDown(false);
    this.#world.life.spare();
    if (time.now() <= time.latestMs) time.step(time.latestMs + 1000);
    await this.#try(() => this.#world.rooms.settings.update({ isPaused: false }, caller.actor));
    // A clock that has just jumped is believed after five minutes at the latest.
    await this.#world.pass(6 * minute);
    await this.#disable((kind) => kind !== 'after');
    await this.#untilOver();
    await this.#disable(() => true);
    await this.#untilOver();
  }

  async #start(death: Death | null): Promise<World> {
    await this.#world.open(death);
    return this.#world;
  }

  /** After a death: the machine goes on without the program for a while. */
  async #rise(): Promise<void> {
    this.#world.crashes += 1;
    const away = this.#random.weighted({ moment: 5, short: 5, long: 1 });
    const most = { moment: 500, short: 30_000, long: 2 * hour };
    await this.#world.passWithout(this.#random.int(0, most[away]));
    if (this.#random.chance(0.05)) this.#world.time.step(this.#world.time.now() - this.#random.int(0, hour));
    await this.#start(this.#drawDeath());
  }

  #drawDeath(): Death | null {
    const point = this.#random.weighted({ none: 3, commit: 4, act: 4, look: 1, query: 1 });
    if (point === 'none') return null;
    const most = { commit: 40, act: 8, look: 60, query: 100 };
    return { point, count: this.#random.int(1, most[point]), side: this.#random.pick(['before', 'after']) };
  }

  #draw(): ScheduleInput {
    this.#names += 1;
    return drawSchedule(this.#random, this.#world.time.now(), `s${this.#names}`);
  }

  async #happen(happening: keyof typeof happenings): Promise<void> {
    const { time, engine } = this.#world;
    const random = this.#random;
    switch (happening) {
      case 'pass':
        return this.#world.pass(random.int(1_000, 60_000));
      case 'crash':
        return this.#world.life.end();
      case 'restart':
        return this.#restart();
      case 'stepBack':
        return time.step(time.now() - random.pick([800, 20_000, 5 * minute, hour]));
      case 'stepForward':
        return time.step(time.now() + random.pick([800, 20_000, 5 * minute, hour]));
      case 'suspend':
        return time.suspend(random.int(1_000, 10 * minute));
      case 'impatience':
        return this.#loseImpatient();
      case 'restore':
        return this.#loseRestoring();
      case 'outage':
        return engine.setDown(!engine.isDown && random.chance(0.7));
      default:
        return this.#command(happening);
    }
  }

  /** Ends the program by SIGTERM, with a grace for what is under way. */
  async #restart(): Promise<void> {
    const { life, rooms } = this.#world;
    const graceMs = this.#random.pick([0, 3_000, 20_000]);
    const stopped = this.#world.survive(() => rooms.stop(graceMs));
    await this.#world.pass(graceMs + 1);
    await stopped;
    life.end();
  }

  /** A step with little time; the program dies about when that is over, and at once somebody wants more of the container. */
  async #loseImpatient(): Promise<void> {
    const random = this.#random;
    const targets = [{ hostId: 1, container: random.pick(['web', 'db', 'cache']) }];
    const ask = (more: Partial<Step>) => {
      const steps: Step[] = [{ action: random.pick(['restart', 'stop']), targets, ...more }];
      return this.#try(() => this.#world.rooms.runs.request({ origin: 'manual', actor: caller.actor, steps }));
    };
    await ask({ timeoutMs: 1_000 });
    await this.#world.pass(random.int(900, 4_000));
    this.#world.life.end();
    this.#world.crashes += 1;
    await this.#world.passWithout(random.int(0, 1_000));
    await this.#start(this.#drawDeath());
    await ask({});
  }

  /** A run that puts back what it did; the program dies while the engine is at that, and is there again soon. */
  async #loseRestoring(): Promise<void> {
    const random = this.#random;
    const targets = [{ hostId: 1, container: random.pick(['web', 'db', 'cache']) }];
    const ask = (action: BoxAction, restore: boolean) => {
      const call = { actor: caller.actor, steps: [{ action, targets }], plan: { restore } };
      return this.#try(() => this.#world.rooms.runs.request({ origin: 'manual', ...call }));
    };
    const isBack = random.chance(0.3);
    await ask(isBack ? 'start' : 'stop', false);
    await this.#world.pass(10_000);
    const { effects } = this.#world.witness;
    const { length } = effects;
    await ask(isBack ? random.pick(['stop', 'kill', 'pause']) : 'start', true);
    const isRestoring = () => effects.slice(length).some(({ isRestore }) => isRestore);
    for (let i = 0; i < 60 && !isRestoring() && !this.#world.life.isOver; i++) await this.#world.pass(200);
    await this.#world.pass(random.int(0, 2_000));
    this.#world.life.end();
    this.#world.crashes += 1;
    await this.#world.passWithout(random.int(0, 1_000));
    await this.#start(this.#drawDeath());
  }

  /** What a person does. */
  async #command(what: 'edit' | 'switch' | 'remove' | 'undelete' | 'runNow' | 'act' | 'cancel' | 'pauseInstance') {
    const { rooms, time } = this.#world;
    const random = this.#random;
    if (what === 'pauseInstance') {
      return this.#try(() => rooms.settings.update({ isPaused: !rooms.settings.document.isPaused }, caller.actor));
    }
    if (what === 'act') {
      const targets = [{ hostId: 1, container: random.pick(['web', 'db', 'cache']) }];
      return this.#try(() => rooms.hand.act({ action: drawAction(random), targets }, caller));
    }
    if (what === 'undelete') {
      const [deleted] = this.#world.witness.rows('SELECT id FROM schedules WHERE deleted_at IS NOT NULL');
      return deleted && this.#try(() => rooms.past.undelete(Number(deleted.id), caller));
    }
    if (what === 'cancel') {
      const [run] = this.#world.witness.rows("SELECT id FROM runs WHERE outcome = 'running' ORDER BY id DESC");
      return run && this.#try(() => rooms.runs.cancel(String(run.id), caller.actor));
    }
    const id = this.#anySchedule();
    if (id === null) return this.#try(() => rooms.schedules.create(this.#draw(), caller));
    if (what === 'runNow') return this.#try(() => rooms.schedules.runNow(id, caller));
    if (what === 'remove') return this.#try(() => rooms.schedules.remove(id, caller));
    if (what === 'switch') {
      return this.#try(async () => rooms.schedules.setEnabled(id, !rooms.schedules.recordOf(id).enabled, caller));
    }
    const { steps, policies } = this.#draw();
    const patch = random.chance(0.5) ? { trigger: drawTrigger(random, time.now()) } : { steps, policies };
    return this.#try(() => rooms.schedules.change(id, patch, caller));
  }

  /** One that has slots; those that come after another are left as they are, so that the oracle stays simple. */
  #anySchedule(): number | null {
    const rows = this.#world.witness.rows('SELECT id, "trigger" FROM schedules WHERE deleted_at IS NULL ORDER BY id');
    const ids = rows.filter((row) => !String(row.trigger).includes('"after"')).map((row) => Number(row.id));
    return ids.length === 0 ? null : this.#random.pick(ids);
  }

  /** A command may be refused, with a reason, and may not fail otherwise. */
  async #try(work: () => Promise<unknown>): Promise<void> {
    await this.#world.survive(async () => {
      try {
        await work();
      } catch (error) {
        const isRefused =
          error instanceof ChrontainerError &&
          ['CHR_CONFLICT', 'CHR_NOT_FOUND', 'CHR_INVALID_INPUT'].includes(error.code);
        if (!isRefused) this.#world.witness.blame(`a command failed: ${String(error)}`);
      }
    });
  }

  async #disable(isMeant: (kind: unknown) => boolean): Promise<void> {
    const { rooms, witness } = this.#world;
    for (const row of witness.rows('SELECT id, "trigger" FROM schedules WHERE deleted_at IS NULL AND enabled = 1')) {
      const kind: unknown = JSON.parse(String(row.trigger)).kind;
      if (isMeant(kind)) await this.#try(() => rooms.schedules.setEnabled(Number(row.id), false, caller));
    }
  }

  async #untilOver(): Promise<void> {
    const open = `SELECT (SELECT count(*) FROM runs WHERE outcome IN ('pending', 'running'))
      + (SELECT count(*) FROM attempts WHERE phase = 'outlived') AS open`;
    for (let waitedMs = 0; waitedMs < mostQuietMs; waitedMs += 20_000) {
      await this.#world.pass(20_000);
      if (this.#world.witness.rows(open)[0]?.open === 0) return;
    }
  }
}
