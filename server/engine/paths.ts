import { EngineError } from './error.ts';

/** What engines allow in a name, and all that an ID is made of: nothing that could lead to another call. */
const nameOrId = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/**
 * The path of a container.
 * @throws EngineError for what cannot be a name or an ID
 */
export const containerPath = (container: string): string => pathTo('containers', 'container', container);

/** The path of a command in a container, by the ID that the engine gave it. */
export const execPath = (id: string): string => pathTo('exec', 'command', id);

/** The path of a network, by the ID that the engine gave it. */
export const networkPath = (id: string): string => pathTo('networks', 'network', id);

/** What engines allow in the name of an image, with its registry, tag and digest; no part of it leads upwards. */
const imageName = /^[a-zA-Z0-9][a-zA-Z0-9_.:@-]*(\/[a-zA-Z0-9][a-zA-Z0-9_.:@-]*)*$/;

/**
 * The path of an image, by name or ID.
 * @throws EngineError for what cannot be one
 */
export const imagePath = (image: string): string => {
  if (image.length <= 300 && imageName.test(image)) return `/images/${image}`;
  throw new EngineError({ kind: 'not_found', message: `There is no image ${JSON.stringify(image)}.` });
};

const pathTo = (kind: string, word: string, id: string): string => {
  if (nameOrId.test(id)) return `/${kind}/${encodeURIComponent(id)}`;
  throw new EngineError({ kind: 'not_found', message: `There is no ${word} ${JSON.stringify(id)}.` });
};
