import * as v from 'valibot';
import { id, instant } from './common.ts';

/** The built-in roles, from most to least. */
export const role = v.picklist(['admin', 'operator', 'viewer']);
export type Role = v.InferOutput<typeof role>;

/** The rights that a route may demand. */
export const permission = v.picklist([
  'view',
  'logs',
  'operate',
  'exec',
  'update',
  'schedules',
  'hosts',
  'notifications',
  'users',
  'settings',
]);
export type Permission = v.InferOutput<typeof permission>;

/** Where a right holds: all that is named must fit, so `{hostId: 1, stack: "shop"}` is the stack on that host alone. */
export const scope = v.pipe(
  v.strictObject({
    hostId: v.optional(id),
    stack: v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(255))),
    tag: v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(100))),
  }),
  v.check((one) => Object.keys(one).length > 0, 'must name a hostId, a stack or a tag'),
);
export type Scope = v.InferOutput<typeof scope>;

/** The rights that belong to the whole instance: they cannot be given for some hosts, stacks or tags only. */
export const instanceWide: readonly Permission[] = ['notifications', 'users', 'settings'];

export const username = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(64, 'must be at most 64 characters'),
  v.regex(/^[\p{L}\p{N}._@-]+$/u, 'may hold letters, digits and . _ @ - only'),
);

/** OWASP ASVS 5.0, 6.2: at least 8, no composition rules; 1024 only bounds the work of hashing. */
export const newPassword = v.pipe(
  v.string(),
  v.minLength(8, 'must be at least 8 characters'),
  v.maxLength(1024, 'must be at most 1024 characters'),
);

export const setupRequest = v.strictObject({ username, password: newPassword });
export const setupState = v.object({ needed: v.boolean(), closesAt: v.nullable(instant) });
export type SetupState = v.InferOutput<typeof setupState>;

export const signInRequest = v.strictObject({
  username: v.pipe(v.string(), v.maxLength(200)),
  password: v.pipe(v.string(), v.maxLength(1024)),
});

export const passwordConfirmation = v.strictObject({ password: v.pipe(v.string(), v.maxLength(1024)) });

/** Of the account that is signed in. */
export const passwordChange = v.strictObject({
  currentPassword: v.pipe(v.string(), v.maxLength(1024)),
  newPassword,
});

export const sessionUser = v.object({ id: v.number(), username: v.string(), role: v.string() });
export const sessionAnswer = v.object({
  user: sessionUser,
  /** The rights that the account has, everywhere or somewhere. */
  permissions: v.array(permission),
  /** The hosts, stacks and tags that it is limited to; null: none of them. */
  scopes: v.nullable(v.array(scope)),
  expiresAt: instant,
  /** True when the connection is plain http: the UI says so. */
  insecure: v.boolean(),
});
export type SessionAnswer = v.InferOutput<typeof sessionAnswer>;
