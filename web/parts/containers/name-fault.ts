import type { TextKey } from '../../text/t.ts';

const form = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/** What stands against a new name for a container; null where nothing does. */
export function nameFault(name: string, isTaken: (name: string) => boolean): TextKey | null {
  if (!form.test(name)) return 'rename.form';
  return isTaken(name) ? 'rename.taken' : null;
}

/** A name for a clone that no other container has. */
export function copyName(name: string, isTaken: (name: string) => boolean): string {
  let copy = `${name}-copy`;
  for (let n = 2; isTaken(copy); n += 1) copy = `${name}-copy-${n}`;
  return copy;
}
