import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run, RunTarget, Step } from '../contract/index.ts';
import type { Ground, Rooms } from './assembly/index.ts';
import { createRooms } from './assembly/index.ts';
import { Bus } from './bus/index.ts';
import { systemClock } from './clock/index.ts';
import type { Database, OpenDatabase } from './database/index.ts';
import { openDatabase } from './database/index.ts';
import { connectEngine } from './engine/index.ts';
import { createLogger } from './log/index.ts';
import type { Plan } from './rooms/runs/index.ts';
import { scenarioSecrets } from './scenario-secrets.ts';

type StageOptions = Partial<Pick<Ground, 'baseUrl' | 'confirmAfterMs' | 'hostPatienceMs' | 'ownContainerId'>>;
type LooseStep = Partial<Step> & Pick<Step, 'action'>;

export const ada = { kind: 'user', id: 1, name: 'ada', address: '127.0.0.1' } as const;

/** The rooms on a real engine and a file of their own, for tests; they can be closed and opened again as after a crash. */
export class Stage {
  readonly #engineUrl: string;
  readonly #options: StageOptions;
  #directory = mkdtempSync(join(tmpdir(), 'chrontainer-stage-'));
  #opened: { rooms: Rooms; database: OpenDatabase; bus: Bus } | null = null;

  private constructor(engineUrl: string, options: StageOptions) {
    this.#engineUrl = engineUrl;
    this.#options = options;
  }

  /** @param engineUrl the address of a real engine, which becomes the host 1 */
  static async open(engineUrl: string, options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(engineUrl, options);
    await stage.#begin();
    return stage;
  }

  get rooms(): Rooms {
    if (!this.#opened) throw new Error('the stage is closed');
    return this.#opened.rooms;
  }

  get bus(): Bus {
    if (!this.#opened) throw new Error('the stage is closed');
    return this.#opened.bus;
  }

  get db(): Database {
    if (!this.#opened) throw new Error('the stage is closed');
    return this.#opened.database.db;
  }

  async #begin(): Promise<void> {
    const database = await openDatabase(join(this.#directory, 'chrontainer.db'), Date.now());
    const bus = new Bus((error) => {
      throw error;
    });
    const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
    const ground = { db: database.db, bus, clock: systemClock, log, connect: connectEngine, secrets: scenarioSecrets };
    const place = { localUrl: this.#engineUrl, timeZone: 'UTC', ownContainerId: null, ...this.#options };
    const rooms = await createRooms({ ...ground, ...place });
    this.#opened = { rooms, database, bus };
    await rooms.start();
    await rooms.hosts.settled();
  }

  /** Ends the program without any grace, as a crash would. */
  async crash(): Promise<void> {
    await this.rooms.stop(0);
    await this.#opened?.database.close();
    this.#opened = null;
  }

  /** Ends the program without any grace and starts it again, after what is to happen `meanwhile`. */
  async crashAndReturn(meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
    await this.crash();
    await meanwhile();
    await this.#begin();
  }

  async close(): Promise<void> {
    if (this.#opened) await this.crash();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Begins a run of these steps. */
  begin(...steps: LooseStep[]): Promise<string> {
    return this.beginAs({}, ...steps);
  }

  /** Begins a run that puts back what it touches. */
  beginRestoring(...steps: LooseStep[]): Promise<string> {
    return this.beginAs({ restore: true }, ...steps);
  }

  /** Begins a run under a plan, as schedules have them. */
  async beginAs(plan: Partial<Omit<Plan, 'steps'>>, ...steps: LooseStep[]): Promise<string> {
    const whole = steps.map((step) => ({ targets: [], ...step }));
    return (await this.rooms.runs.request({ origin: 'manual', actor: ada, steps: whole, plan })).id;
  }

  /** The run when it is over. */
  over(id: string): Promise<Run> {
    return this.rooms.runs.waitFor(id, 60_000);
  }

  /** Does these steps to the end. */
  async run(...steps: LooseStep[]): Promise<Run> {
    return this.over(await this.begin(...steps));
  }

  /** Waits until an attempt of the run has been dispatched. */
  async untilDispatched(id: string): Promise<void> {
    for (const endAt = Date.now() + 30_000; Date.now() < endAt; await systemClock.sleep(20)) {
      const open = await this.rooms.history.open();
      if (open.some((run) => run.record.id === id && run.dispatched.length > 0)) return;
    }
    throw new Error(`The run ${id} was not dispatched`);
  }
}

/** The container on the lab's host. */
export const on = (container: string): Step['targets'] => [{ hostId: 1, container }];

/** A target of a run; the first one of the first step unless others are named. */
export const targetOf = (run: Run, step = 0, position = 0): RunTarget => {
  const target = run.steps[step]?.targets[position];
  if (!target) throw new Error(`The run has no target ${step}.${position}: ${JSON.stringify(run)}`);
  return target;
};
