import { deadlines } from './deadlines.ts';
import { EngineError } from './error.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { Line } from './jobs.ts';
import type { Joining } from './own-part.ts';
import { containerPath, networkPath } from './paths.ts';

/** The engine's own description of a container. @throws EngineError */
export const containerDocument = (line: Line, container: string): Promise<Fields> => {
  const question = { purpose: `describe the container ${container}`, deadlineMs: deadlines.inspect };
  return line.ask({ method: 'GET', path: `${containerPath(container)}/json`, ...question });
};

/**
 * What the image brings; nothing where it is gone: then all of the container's configuration is its own.
 * @throws EngineError
 */
export const imageDocument = async (line: Line, id: string): Promise<Fields> => {
  const question = { purpose: 'describe an image', deadlineMs: deadlines.inspect };
  try {
    return await line.ask({ method: 'GET', path: `/images/${encodeURIComponent(id)}/json`, ...question });
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not_found') return {};
    throw error;
  }
};

/** Connects a container with those networks that it is not in yet. @throws EngineError */
export const join = async (line: Line, made: Fields, name: string, networks: readonly Joining[]): Promise<void> => {
  const has = fieldsOf(fieldsOf(made['NetworkSettings'])['Networks']);
  for (const { network, endpoint } of networks.filter((one) => !Object.hasOwn(has, one.network))) {
    const body = { Container: textOf(made['Id']), EndpointConfig: endpoint };
    const question = { purpose: `connect ${name} with the network ${network}`, deadlineMs: deadlines.create };
    await line.tell({ method: 'POST', path: `${networkPath(network)}/connect`, body, ...question });
  }
};
