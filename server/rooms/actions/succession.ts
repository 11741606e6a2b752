import type { InspectedContainer } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { StateBefore } from './action.ts';
import { engineStopTimeoutMs } from './action.ts';
import { ensure, steadily } from './ensure.ts';
import type { UpdateNote, Work } from './kind.ts';
import { passageNames } from './passage.ts';
import { newProvider } from './providers.ts';

/** By this label the new container is known as the one that a run made. */
export const updateLabel = 'chrontainer.update';

/**
 * The steps by which a container takes another one's place. Each looks first whether it was done, so that after a crash
 * they are simply gone through again.
 */
export class Succession {
  readonly #work: Work;
  readonly #before: StateBefore;
  readonly #note: UpdateNote;
  readonly #names: ReturnType<typeof passageNames>;

  constructor(work: Work, before: StateBefore, note: UpdateNote) {
    this.#work = work;
    this.#before = before;
    this.#note = note;
    this.#names = passageNames(work.runId, before.id);
  }

  get wasRunning(): boolean {
    return this.#before.running || this.#before.state === 'restarting';
  }

  get #ownName(): string {
    return this.#work.container ?? '';
  }

  /** The container as it was before, under whatever name; null when it is gone. */
  old(): Promise<InspectedContainer | null> {
    return steadily(this.#work, () => this.#find(this.#before.id));
  }

  /** The container that this run made; null where there is none. */
  next(): Promise<InspectedContainer | null> {
    return steadily(this.#work, () => this.#next());
  }

  async #next(): Promise<InspectedContainer | null> {
    const made = await this.#find(this.#names.next);
    if (made?.name === this.#names.next) return made;
    const named = await this.#find(this.#ownName);
    const isOurs = named?.name === this.#ownName && named.labels[updateLabel] === this.#work.runId;
    return isOurs && named.id !== this.#before.id ? named : null;
  }

  /** Makes the new container, in all its networks. Resolves with what about it nobody can explain. */
  async make(imageId: string): Promise<string[]> {
    const work = this.#work;
    const { id } = this.#before;
    const provider = await steadily(work, () => newProvider(work, id));
    const successor = { name: this.#names.next, imageId, labels: { [updateLabel]: work.runId }, provider };
    const { successors } = work.engine();
    await ensure(
      work,
      async () => (await this.#next()) !== null,
      () => successors.make(id, successor),
    );
    return steadily(work, () => successors.complete(id, successor));
  }

  /** Has the old container stop, and not be revived by a restart of its engine. */
  async retire(): Promise<void> {
    const { id, stopTimeoutMs } = this.#before;
    await this.#setPolicy({ Name: 'no', MaximumRetryCount: 0 });
    const options = { stopTimeoutMs: stopTimeoutMs ?? engineStopTimeoutMs };
    await ensure(
      this.#work,
      async () => !isRunning(await this.#find(id)),
      () => this.#work.engine().stopContainer(id, options),
    );
  }

  async start(id: string): Promise<void> {
    const wasStarted = async () => (await this.#find(id))?.startedAt != null;
    await ensure(this.#work, wasStarted, () => this.#work.engine().startContainer(id));
  }

  /** Gives the new container the name and takes the old one away. Resolves with why that could not be; null: it is gone. */
  async hand(nextId: string): Promise<string | null> {
    await this.#name(this.#before.id, this.#names.old);
    await this.#name(nextId, this.#ownName);
    try {
      // Its volumes are the new one's.
      await this.#remove(this.#before.id, { force: false, volumes: false });
      return null;
    } catch (error) {
      if (error instanceof EngineError) return error.message;
      throw error;
    }
  }

  /** Takes the new container away, with the volumes that only it has. The old one holds on to its own. */
  async discard(): Promise<void> {
    const made = await this.next();
    if (made) await this.#remove(made.id, { force: true, volumes: true });
  }

  /** Puts the old container back to what it was. */
  async reinstate(): Promise<void> {
    const { id } = this.#before;
    await this.#name(id, this.#ownName);
    await this.#setPolicy(this.#note.policy);
    if (!this.wasRunning) return;
    await ensure(
      this.#work,
      async () => isRunning(await this.#find(id)),
      () => this.#work.engine().startContainer(id),
    );
  }

  async #name(id: string, name: string): Promise<void> {
    const hasIt = async () => [undefined, name].includes((await this.#find(id))?.name);
    await ensure(this.#work, hasIt, () => this.#work.engine().changes.rename(id, name));
  }

  async #remove(id: string, how: { force: boolean; volumes: boolean }): Promise<void> {
    const isGone = async () => (await this.#find(id)) === null;
    await ensure(this.#work, isGone, () => this.#work.engine().changes.remove(id, how));
  }

  async #setPolicy(policy: UpdateNote['policy']): Promise<void> {
    const { successors } = this.#work.engine();
    // Podman keeps the policy that a container was made with; nothing of it revives one that was stopped.
    if (this.#note.policy.Name === 'no' || !successors.canSetRestartPolicy) return;
    const { id } = this.#before;
    const isSet = async () => (await successors.vitalSigns(id)).restartPolicy.Name === policy.Name;
    await ensure(this.#work, isSet, () => successors.setRestartPolicy(id, policy));
  }

  async #find(idOrName: string): Promise<InspectedContainer | null> {
    try {
      return await this.#work.engine().inspectContainer(idOrName);
    } catch (error) {
      if (error instanceof EngineError && error.kind === 'not_found') return null;
      throw error;
    }
  }
}

const isRunning = (container: InspectedContainer | null): boolean =>
  container !== null && (container.running || container.restarting);
