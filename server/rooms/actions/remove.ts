import type { Action } from './action.ts';
import { failed, waiting } from './action.ts';

/** A large container's files take their time to go. */
const longestRemovalMs = 120_000;

const another =
  'another container has its name by now, and that one is left alone: look at what its removal would do, and ask again';

/** Removes the container, with its anonymous volumes if told so; one that runs only by force. */
export const remove: Action = {
  name: 'remove',
  past: 'removed',
  options: ['force', 'volumes', 'containerId'],
  right: 'update',
  endsContainer: true,
  precheck: (before, { force, containerId }) => {
    if (containerId !== undefined && containerId !== before.id) return failed(another);
    const isAtRest = !before.running && before.state !== 'restarting';
    return isAtRest || force ? null : failed('it is running: stop it first, or remove it by force');
  },
  call: (engine, before, { force = false, volumes = false }) => engine.changes.remove(before.id, { force, volumes }),
  judge: () => waiting('it is still there'),
  patienceMs: () => longestRemovalMs,
};
