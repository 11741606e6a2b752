import type { Permission, Role } from '../../../contract/index.ts';
import { permission } from '../../../contract/index.ts';

/** What each built-in role may do. exec and update are rights of their own: they reach further than a restart. */
const ofRole: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set(permission.options),
  operator: new Set<Permission>(['view', 'logs', 'operate', 'schedules']),
  viewer: new Set<Permission>(['view', 'logs']),
};

/** The rights that come with a role. */
export const permissionsOf = (role: Role): ReadonlySet<Permission> => ofRole[role];
