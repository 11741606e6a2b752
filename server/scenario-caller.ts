import { permission } from '../contract/index.ts';
import type { Caller } from './http/index.ts';
import { Rights } from './policy/index.ts';

/** Somebody who may do everything, for tests of what lies below the routes. */
export const scenarioCaller: Caller = {
  actor: { kind: 'user', id: 1, name: 'ada', address: null },
  userId: 1,
  username: 'ada',
  role: 'admin',
  rights: new Rights([{ permissions: new Set(permission.options), scopes: null }]),
  session: null,
};
