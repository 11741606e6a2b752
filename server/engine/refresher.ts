import type { Clock } from '../clock/index.ts';
import { EngineError } from './error.ts';
import type { Peace } from './peace.ts';
import type { Engine, InspectedContainer } from './types.ts';

/** What was found out about a container, undefined when it is gone, by the question of that number. */
export type Found = (id: string, container: InspectedContainer | undefined, question: number) => void;

/** A container that something happened to is asked for at once, so that one that the engine holds up delays no other. */
const mostUrgent = 16;
/** After a list everything is asked for, in peace: the engine and others need their time too. */
const mostPatient = 4;
const retryAfterMs = 5000;

/** Tells one who waits how the question ended. */
type Tell = (error?: EngineError) => void;

interface Job {
  /** Something happened since the engine was asked: ask again. */
  isOutdated: boolean;
  isRunning: boolean;
  waiting: Tell[];
}

/**
 * Asks the engine for single containers: never twice at once for the same one, so that answers cannot overtake each
 * other, and once for all that happened to it in the meantime.
 */
export class Refresher {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #nextQuestion: () => number;
  readonly #found: Found;
  readonly #peace: Peace;
  readonly #jobs = new Map<string, Job>();
  readonly #urgent: string[] = [];
  readonly #patient = new Set<string>();
  readonly #retries = new Map<string, () => void>();
  #isPaused = true;
  #isWaitingForTurn = false;
  #runningUrgent = 0;
  #runningPatient = 0;

  constructor(parts: { engine: Engine; clock: Clock; nextQuestion: () => number; found: Found; peace: Peace }) {
    this.#engine = parts.engine;
    this.#clock = parts.clock;
    this.#nextQuestion = parts.nextQuestion;
    this.#found = parts.found;
    this.#peace = parts.peace;
  }

  /** Something happened to the container. */
  ask(id: string): void {
    this.#want(id);
  }

  /** Asks for it when there is nothing more urgent. */
  askInPeace(id: string): void {
    if (this.#jobs.has(id)) return;
    this.#patient.add(id);
    this.#startNext();
  }

  /**
   * Resolves when what the engine says from now on was taken in.
   * @throws EngineError
   */
  askAndWait(id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#want(id, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** There is a connection: what fails is tried again. */
  resume(): void {
    this.#isPaused = false;
  }

  /** The connection is gone: forgets what was not asked yet, since a list will come after it. */
  pause(): void {
    this.#isPaused = true;
    for (const cancel of this.#retries.values()) cancel();
    this.#retries.clear();
    this.#patient.clear();
    for (const [id, job] of this.#jobs) if (!job.isRunning && job.waiting.length === 0) this.#jobs.delete(id);
  }

  #want(id: string, tell?: Tell): void {
    const known = this.#jobs.get(id);
    const job = known ?? this.#newJob(id);
    if (tell) job.waiting.push(tell);
    if (job.isRunning) job.isOutdated = true;
    if (known) return;
    this.#urgent.push(id);
    this.#startNext();
  }

  #newJob(id: string): Job {
    const job: Job = { isOutdated: false, isRunning: false, waiting: [] };
    this.#patient.delete(id);
    this.#jobs.set(id, job);
    return job;
  }

  #startNext(): void {
    while (this.#runningUrgent < mostUrgent && this.#urgent.length > 0) this.#startUrgent();
    if (this.#isWaitingForTurn || this.#runningPatient >= mostPatient || this.#patient.size === 0) return;
    void this.#startInTurn();
  }

  async #startInTurn(): Promise<void> {
    this.#isWaitingForTurn = true;
    await this.#peace.turn();
    this.#isWaitingForTurn = false;
    const [id] = this.#patient;
    if (id !== undefined) this.#start(id, this.#newJob(id), false);
    this.#startNext();
  }

  #startUrgent(): void {
    const id = this.#urgent.shift() ?? '';
    const job = this.#jobs.get(id);
    // It was forgotten.
    if (job && !job.isRunning) this.#start(id, job, true);
  }

  #start(id: string, job: Job, isUrgent: boolean): void {
    job.isRunning = true;
    this.#count(isUrgent, 1);
    void this.#run(id, job).finally(() => {
      this.#count(isUrgent, -1);
      this.#startNext();
    });
  }

  #count(isUrgent: boolean, by: number): void {
    if (isUrgent) this.#runningUrgent += by;
    else this.#runningPatient += by;
  }

  /** Once more while something happened meanwhile; those who waited before an answer was asked for are told by it. */
  async #run(id: string, job: Job): Promise<void> {
    do {
      job.isOutdated = false;
      const waiting = job.waiting.splice(0);
      const error = await this.#inspect(id);
      for (const tell of waiting) tell(error);
    } while (job.isOutdated);
    this.#jobs.delete(id);
  }

  async #inspect(id: string): Promise<EngineError | undefined> {
    const question = this.#nextQuestion();
    try {
      this.#found(id, await this.#engine.inspectContainer(id), question);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind !== 'not_found') return this.#retryLater(id, error);
      this.#found(id, undefined, question);
    }
    return undefined;
  }

  /** A container that is being started is held by the engine until then: its turn comes later. */
  #retryLater(id: string, error: EngineError): EngineError {
    if (this.#isPaused) return error;
    this.#retries.get(id)?.();
    const ask = () => {
      this.#retries.delete(id);
      this.askInPeace(id);
    };
    this.#retries.set(id, this.#clock.after(retryAfterMs, ask));
    return error;
  }
}
