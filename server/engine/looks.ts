import type { ContainerProcesses, ContainerSize } from '../../contract/index.ts';
import { deadlines } from './deadlines.ts';
import type { InspectedDetails } from './details.ts';
import { readDetails } from './details.ts';
import { listOf, textOf } from './fields.ts';
import type { Line } from './jobs.ts';
import { containerPath } from './paths.ts';

/**
 * What costs an engine some work to tell of a container, asked when somebody wants to know.
 * @throws EngineError from every method
 */
export class Looks {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  /** What it is made of, with all that its environment holds. */
  async details(containerId: string): Promise<InspectedDetails> {
    const path = `${containerPath(containerId)}/json`;
    const question = { purpose: `describe the container ${containerId}`, deadlineMs: deadlines.inspect };
    return readDetails(await this.#line.ask({ method: 'GET', path, ...question }));
  }

  /** The container's processes, as the host's `ps` shows them. */
  async processes(containerId: string): Promise<ContainerProcesses> {
    const path = `${containerPath(containerId)}/top`;
    const answer = await this.#line.ask({
      method: 'GET',
      path,
      purpose: 'list the processes of a container',
      deadlineMs: deadlines.inspect,
    });
    const rows = listOf(answer['Processes']);
    return { titles: listOf(answer['Titles']).map(textOf), processes: rows.map((row) => listOf(row).map(textOf)) };
  }

  /** How much it takes on the disk: every file that it wrote is looked at. */
  async size(containerId: string): Promise<ContainerSize> {
    const path = `${containerPath(containerId)}/json?size=true`;
    const question = { purpose: 'measure the size of a container', deadlineMs: deadlines.diskUse };
    const answer = await this.#line.ask({ method: 'GET', path, ...question });
    return { writtenBytes: bytesOf(answer['SizeRw']), totalBytes: bytesOf(answer['SizeRootFs']) };
  }
}

/** Docker says -1 where it could not tell. */
const bytesOf = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);
