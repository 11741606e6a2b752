import type { HostGrant } from '../../contract/index.ts';
import type { ClonePlan } from './clone.ts';
import { cloneOf } from './clone.ts';
import { deadlines } from './deadlines.ts';
import { containerDocument, imageDocument, join } from './documents.ts';
import { EngineError } from './error.ts';
import { textOf } from './fields.ts';
import type { Line } from './jobs.ts';
import { containerPath } from './paths.ts';

/** How a clone differs from what it is made of. */
export interface CloneOptions {
  name: string;
  /** Labels that it gets beside the original's. */
  labels: Readonly<Record<string, string>>;
  publishPorts: boolean;
}

/** Jobs are made and removed under `exec` as well; this is done to what belongs to people. */
const grant: HostGrant = 'update';

/**
 * What makes containers, ends them and names them.
 * @throws EngineError from every method
 */
export class Changes {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  /** @throws EngineError `conflict` when the name is taken */
  async rename(id: string, name: string): Promise<void> {
    const path = `${containerPath(id)}/rename?${new URLSearchParams({ name })}`;
    await this.#line.ask({ method: 'POST', path, purpose: `rename the container ${id}`, deadlineMs: deadlines.create });
  }

  /** No error is a container that is not there, or that is being removed already. */
  async remove(id: string, { force, volumes }: { force: boolean; volumes: boolean }): Promise<void> {
    const query = new URLSearchParams({ force: String(force), v: String(volumes) });
    const question = { purpose: `remove the container ${id}`, grant, deadlineMs: deadlines.remove };
    try {
      await this.#line.ask({ method: 'DELETE', path: `${containerPath(id)}?${query}`, ...question });
    } catch (error) {
      if (!(error instanceof EngineError) || !isGoing(error)) throw error;
    }
  }

  /**
   * Makes another container of what one is made of, and does not start it.
   * @throws EngineError `conflict` when the name is taken
   */
  async clone(id: string, options: CloneOptions): Promise<void> {
    const { create } = await this.#plan(id, options);
    const path = `/containers/create?${new URLSearchParams({ name: options.name })}`;
    const question = { purpose: `make the container ${options.name}`, grant, deadlineMs: deadlines.create };
    await this.#line.ask({ method: 'POST', path, body: create, ...question });
  }

  /** Connects a clone with those networks of the original that it is not in yet. */
  async joinNetworks(id: string, options: CloneOptions): Promise<void> {
    const { others } = await this.#plan(id, options);
    if (others.length > 0)
      await join(this.#line, await containerDocument(this.#line, options.name), options.name, others);
  }

  async #plan(id: string, options: CloneOptions): Promise<ClonePlan> {
    const source = await containerDocument(this.#line, id);
    return cloneOf(source, await imageDocument(this.#line, textOf(source['Image'])), options);
  }
}

const isGoing = ({ kind, message }: EngineError): boolean =>
  kind === 'not_found' || (kind === 'conflict' && /already in progress/.test(message));
