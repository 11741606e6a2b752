import * as v from 'valibot';
import type { Permission } from './accounts.ts';
import { permission } from './accounts.ts';
import { id, instant, name } from './common.ts';

/** What an API key is for, in three steps; what each allows, `rightsOfKeyScope` says. */
export const keyScope = v.picklist(['read', 'write', 'admin'], 'must be read, write or admin');
export type KeyScope = v.InferOutput<typeof keyScope>;

/** The rights of each scope; a key never has more than the account that it belongs to. */
export const rightsOfKeyScope: Record<KeyScope, readonly Permission[]> = {
  read: ['view', 'logs'],
  write: ['view', 'logs', 'operate', 'update', 'schedules'],
  admin: permission.options,
};

export const apiKeyInput = v.pipe(
  v.strictObject({
    name,
    scopes: v.optional(v.array(keyScope), []),
    /** Single rights, beside those of the scopes. */
    permissions: v.optional(v.array(permission), []),
    /** The hosts that it is limited to; null: as its owner. */
    hosts: v.optional(
      v.nullable(v.pipe(v.array(id), v.minLength(1, 'must name at least one host'), v.maxLength(100))),
      null,
    ),
    /** Null: never. */
    expiresAt: v.optional(v.nullable(instant), null),
  }),
  v.forward(
    v.check(
      ({ scopes, permissions }) => scopes.length + permissions.length > 0,
      'must name at least one of read, write and admin, unless permissions are given',
    ),
    ['scopes'],
  ),
);
export type ApiKeyInput = v.InferOutput<typeof apiKeyInput>;

export const apiKey = v.object({
  id: v.number(),
  name: v.string(),
  /** The key's beginning, to know it by. */
  prefix: v.string(),
  scopes: v.array(keyScope),
  permissions: v.array(permission),
  hosts: v.nullable(v.array(v.number())),
  owner: v.object({ id: v.number(), username: v.string() }),
  /** What it may do as things stand: what it was given, as far as its owner has it. */
  grants: v.array(permission),
  createdAt: instant,
  expiresAt: v.nullable(instant),
  lastUsedAt: v.nullable(instant),
});
export type ApiKey = v.InferOutput<typeof apiKey>;

/** The key itself is told this once. */
export const newApiKey = v.object({ ...apiKey.entries, key: v.string() });
export type NewApiKey = v.InferOutput<typeof newApiKey>;
