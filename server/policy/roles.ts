import type { Permission, Role } from '../../contract/index.ts';
import { permission } from '../../contract/index.ts';

/** What each built-in role may do. exec and update are rights of their own: they reach further than a restart. */
export const builtInRoles: Record<Role, ReadonlySet<Permission>> = {
  admin: new Set(permission.options),
  operator: new Set<Permission>(['view', 'logs', 'operate', 'schedules']),
  viewer: new Set<Permission>(['view', 'logs']),
};

export const isBuiltInRole = (name: string): name is Role => Object.hasOwn(builtInRoles, name);
