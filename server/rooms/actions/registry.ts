import type { ActionName, ActionOptions, AvailableAction } from '../../../contract/index.ts';
import { availableActions } from '../../../contract/index.ts';
import type { FieldError } from '../../errors/index.ts';
import type { Action } from './action.ts';
import { kill } from './kill.ts';
import { pause } from './pause.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { unpause } from './unpause.ts';

const registry: Record<AvailableAction, Action> = { restart, start, stop, kill, pause, unpause };

/** The action of that name; undefined where this version has none. */
export const findAction = (name: ActionName): Action | undefined =>
  (registry as Partial<Record<ActionName, Action>>)[name];

/** Finds what is wrong with an action and its options; `path` leads to the object that holds both. */
export const checkAction = (name: ActionName, options: ActionOptions | undefined, path: string): FieldError[] => {
  const at = (field: string) => (path ? `${path}.${field}` : field);
  const action = findAction(name);
  if (!action) {
    const known = availableActions.join(', ');
    return [{ path: at('action'), message: `"${name}" is not available in this version; available are ${known}` }];
  }
  const unknown = Object.keys(options ?? {}).filter((key) => !action.options.some((known) => known === key));
  const remedy = action.options.length > 0 ? `it takes ${action.options.join(', ')}` : 'it takes no options';
  return unknown.map((key) => ({ path: at(`options.${key}`), message: `does nothing for ${name}; ${remedy}` }));
};
