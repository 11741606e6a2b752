import { permission } from '../../contract/index.ts';
import { ChrontainerError } from '../errors/index.ts';
import type { Access, Caller } from './route.ts';

/** Everything that a route may demand; what is not in here does not start. */
export const knownAccess: ReadonlySet<string> = new Set<Access>([
  'public',
  'signed-in',
  'session',
  ...permission.options,
]);

/** The one place that decides whether a caller may use a route. */
export const isAllowed = (access: Access, caller: Caller | undefined): boolean => {
  if (access === 'public') return true;
  if (!caller) return false;
  if (access === 'session') return caller.session !== null;
  return access === 'signed-in' || caller.rights.can(access);
};

/** @throws 401 for a stranger, 403 for somebody who is known but lacks the right */
export const assertAllowed = (access: Access, caller: Caller | undefined): void => {
  if (isAllowed(access, caller)) return;
  if (!caller) throw new ChrontainerError('CHR_UNAUTHENTICATED', 'Sign in first: this needs an account.');
  throw new ChrontainerError('CHR_FORBIDDEN', refusalOf(access, caller));
};

/**
 * A key has no password that could be typed again; what only people may do, routes say by their access.
 * @throws 403 when the password was typed too long ago
 */
export const assertFresh = (caller: Caller | undefined, nowMs: number): void => {
  if (!caller?.session || caller.session.freshUntil > nowMs) return;
  throw new ChrontainerError(
    'CHR_CONFIRM_PASSWORD',
    'This reaches far: send your password, or a passkey, to POST /api/v1/session/confirm first, then try again.',
  );
};

const refusalOf = (access: Access, { role, session }: Caller): string => {
  if (access === 'session') return 'This is for people who sign in: an API key cannot do it.';
  return session
    ? `The role ${role} does not have the right "${access}".`
    : `This API key does not have the right "${access}", or the account that it belongs to does not.`;
};
