import * as v from 'valibot';
import { id, instant, name } from './common.ts';
import { passkeyShown } from './passkeys.ts';

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
  v.check((one) => Object.keys(one).length > 0, 'must name a host, a stack or a tag'),
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

/** Of an account: one plain address, without a name before it. */
export const emailAddress = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(254, 'must be at most 254 characters'),
  v.regex(/^[^\s@"<>(),:;\\[\]]+@[^\s@"<>(),:;\\[\]]+$/, 'must be an address such as ada@example.org'),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters'),
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
  /** The code of an app, where the account asks for one. */
  totp: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(20))),
  /** Instead of it: one of the codes that were given for when the app is lost. */
  recoveryCode: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(64))),
  /** Or a passkey of the account, for a challenge of `POST /api/v1/session/passkey/challenge`. */
  passkey: v.optional(passkeyShown),
});
export type SignInRequest = v.InferOutput<typeof signInRequest>;

/** The password again, or a passkey of the account for a challenge of `POST /api/v1/session/passkey/challenge`. */
export const confirmation = v.union([
  v.strictObject({ password: v.pipe(v.string(), v.maxLength(1024)) }),
  v.strictObject({ passkey: passkeyShown }),
]);
export type Confirmation = v.InferOutput<typeof confirmation>;

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

/** The name of a role: a built-in one, or one's own. */
const roleName = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(100));

/** Somebody at a sign-in provider whom an account belongs to. */
export const signInLink = v.object({
  id: v.number(),
  issuer: v.string(),
  /** What that provider calls him: a number or a name that lasts. */
  subject: v.string(),
  createdAt: instant,
});
export type SignInLink = v.InferOutput<typeof signInLink>;

const reachable = {
  email: v.nullable(v.string()),
  /** Whether its owner has shown that it is his: only then it counts for anything. */
  isEmailVerified: v.boolean(),
  /** False: it came by a provider, and nobody knows its password. */
  hasPassword: v.boolean(),
};

/** An account as those see it who manage accounts. */
export const user = v.object({
  id: v.number(),
  username: v.string(),
  role: v.string(),
  enabled: v.boolean(),
  /** Whether it is asked for more than its password. */
  hasSecondFactor: v.boolean(),
  ...reachable,
  /** Whom it belongs to at providers. */
  signInLinks: v.array(signInLink),
  createdAt: instant,
  lastLoginAt: v.nullable(instant),
});
export type UserAccount = v.InferOutput<typeof user>;

export const userInput = v.strictObject({
  username,
  password: newPassword,
  role: roleName,
  email: v.optional(v.nullable(emailAddress), null),
});
export type UserInput = v.InferOutput<typeof userInput>;
export const userPatch = v.strictObject({
  role: v.optional(roleName),
  enabled: v.optional(v.boolean()),
  /** A new one does not count until its owner has shown that it is his. */
  email: v.optional(v.nullable(emailAddress)),
});
export type UserPatch = v.InferOutput<typeof userPatch>;
/** Of somebody else's account. */
export const passwordReset = v.strictObject({ password: newPassword });

/** A set of rights, and where they hold. Built-in ones have no ID and cannot be changed. */
export const roleAnswer = v.object({
  id: v.nullable(v.number()),
  name: v.string(),
  permissions: v.array(permission),
  scopes: v.nullable(v.array(scope)),
  /** How many accounts have it. */
  users: v.number(),
});
export type RoleAnswer = v.InferOutput<typeof roleAnswer>;

const scopes = v.nullable(
  v.pipe(
    v.array(scope),
    v.minLength(1, 'must name at least one host, stack or tag; null is everywhere'),
    v.maxLength(100),
  ),
);
const roleEntries = {
  name,
  permissions: v.pipe(v.array(permission), v.minLength(1, 'must name at least one right')),
  scopes: v.optional(scopes, null),
};
export const roleInput = v.pipe(
  v.strictObject(roleEntries),
  v.forward(
    v.check(
      (it) => it.scopes === null || !it.permissions.some((one) => instanceWide.includes(one)),
      `${instanceWide.join(', ')} belong to the whole instance: a role with scopes cannot have them`,
    ),
    ['permissions'],
  ),
);
export type RoleInput = v.InferOutput<typeof roleInput>;

export const theme = v.picklist(['auto', 'light', 'dark'], 'must be auto, light or dark');
const languageTag = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or pt-BR'),
);
const profile = {
  /** Null: as the browser has it. */
  language: v.nullable(languageTag),
  /** An IANA zone; null: as the browser has it. */
  timeZone: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  theme: v.nullable(theme),
};
/** My own account. */
export const me = v.object({
  id: v.number(),
  username: v.string(),
  role: v.string(),
  permissions: v.array(permission),
  scopes: v.nullable(v.array(scope)),
  ...reachable,
  /** Whether a passkey can confirm what reaches far. */
  hasPasskeys: v.boolean(),
  ...profile,
});
export type Me = v.InferOutput<typeof me>;
export const mePatch = v.partial(v.strictObject(profile));
export type MePatch = v.InferOutput<typeof mePatch>;

/** My own address; null: none. */
export const emailChange = v.strictObject({ email: v.nullable(emailAddress) });

/** Where the browser goes to link my account with somebody at the provider. */
export const linkStart = v.object({ address: v.string() });

/** One browser that is signed in. */
export const sessionItem = v.object({
  id: v.string(),
  address: v.string(),
  userAgent: v.string(),
  createdAt: instant,
  lastUsedAt: instant,
  isCurrent: v.boolean(),
});
export type SessionItem = v.InferOutput<typeof sessionItem>;
