import type { EngineFacts, HostGrant } from '../../contract/index.ts';
import { deadlines } from './deadlines.ts';
import { containerDocument, imageDocument, join } from './documents.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, listOf, numberOf, textOf } from './fields.ts';
import type { Line } from './jobs.ts';
import { containerPath } from './paths.ts';
import { strangenessOf } from './prediction.ts';
import type { Recreation } from './recreate.ts';
import { recreationOf } from './recreate.ts';

/** The container that takes another one's place. */
export interface Successor {
  name: string;
  /** The ID of the image that it is made of; its name, as the old container has it, must mean that one. */
  imageId: string;
  labels: Readonly<Record<string, string>>;
  /** By ID: whose namespaces it uses, which was made anew itself, and what it is now. */
  provider?: { from: string; to: string } | undefined;
}

export interface RestartPolicy {
  Name: string;
  MaximumRetryCount: number;
}

/** How a container fares, beyond what an inspection is read for otherwise. */
export interface VitalSigns {
  restartCount: number;
  restartPolicy: RestartPolicy;
  /** So many of its last health checks went well, one after another. */
  goodProbes: number;
  /** How long its health check may take at most to say how it is, milliseconds. */
  healthWithinMs: number;
}

/** Jobs are made under `exec` as well; this is done to what belongs to people. */
const grant: HostGrant = 'update';

/**
 * What it takes to make a container anew of another image.
 * @throws EngineError from every method
 */
export class Successors {
  readonly #line: Line;
  readonly #kind: () => EngineFacts['kind'];

  constructor(line: Line, kind: () => EngineFacts['kind']) {
    this.#line = line;
    this.#kind = kind;
  }

  /** Podman's policies are for ever. */
  get canSetRestartPolicy(): boolean {
    return this.#kind() === 'docker';
  }

  /**
   * Makes the successor, and does not start it.
   * @throws EngineError `conflict` when the name is taken
   */
  async make(id: string, successor: Successor): Promise<void> {
    const { create } = await this.#plan(id, successor);
    const path = `/containers/create?${new URLSearchParams({ name: successor.name })}`;
    const question = { purpose: `make the container ${successor.name}`, grant, deadlineMs: deadlines.create };
    await this.#line.ask({ method: 'POST', path, body: create, ...question });
  }

  /** Puts it into those networks of the old one that it is not in yet, and says what about it nobody can explain. */
  async complete(id: string, successor: Successor): Promise<string[]> {
    const { others, predicted } = await this.#plan(id, successor);
    await join(this.#line, await containerDocument(this.#line, successor.name), successor.name, others);
    return strangenessOf(predicted, await containerDocument(this.#line, successor.name));
  }

  async setRestartPolicy(id: string, policy: RestartPolicy): Promise<void> {
    const question = { purpose: `change the restart policy of ${id}`, deadlineMs: deadlines.create };
    const body = { RestartPolicy: policy };
    await this.#line.ask({ method: 'POST', path: `${containerPath(id)}/update`, body, ...question });
  }

  async vitalSigns(id: string): Promise<VitalSigns> {
    const document = await containerDocument(this.#line, id);
    const policy = fieldsOf(fieldsOf(document['HostConfig'])['RestartPolicy']);
    return {
      restartCount: numberOf(document['RestartCount']),
      restartPolicy: { Name: textOf(policy['Name']) || 'no', MaximumRetryCount: numberOf(policy['MaximumRetryCount']) },
      goodProbes: goodProbes(fieldsOf(document['State'])),
      healthWithinMs: healthWithinMs(fieldsOf(fieldsOf(document['Config'])['Healthcheck'])),
    };
  }

  async #plan(id: string, { imageId, labels, provider }: Successor): Promise<Recreation> {
    const source = await containerDocument(this.#line, id);
    const base = await imageDocument(this.#line, textOf(source['Image']));
    return recreationOf(source, { base, next: await imageDocument(this.#line, imageId), labels, provider });
  }
}

const goodProbes = (state: Fields): number => {
  const log = listOf(fieldsOf(state['Health'])['Log']).map(fieldsOf);
  const lastBad = log.findLastIndex((probe) => probe['ExitCode'] !== 0);
  return log.length - 1 - lastBad;
};

/** Nanoseconds; zero stands for the engine's default (Docker Engine API, HealthConfig). */
const healthWithinMs = (check: Fields): number => {
  const ms = (key: string, otherwise: number) => Math.round(numberOf(check[key]) / 1e6) || otherwise;
  const retries = numberOf(check['Retries']) || 3;
  return ms('StartPeriod', 0) + (ms('Interval', 30_000) + ms('Timeout', 30_000)) * retries + ms('Timeout', 30_000);
};
