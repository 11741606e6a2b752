import type { Action } from './action.ts';
import { done, marginMs, waiting } from './action.ts';

/** Gives the container another name; what belongs to the name goes along (see the room of tags). */
export const rename: Action = {
  name: 'rename',
  past: 'renamed',
  options: ['name'],
  required: ['name'],
  precheck: () => null,
  call: (engine, before, { name = '' }) => engine.changes.rename(before.id, name),
  judge: (_before, now, { name = '' }) =>
    now.name === name ? done(`renamed to ${name}`) : waiting(`its name is still ${now.name}`),
  patienceMs: () => marginMs,
};
