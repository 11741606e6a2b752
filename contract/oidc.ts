import * as v from 'valibot';
import { passkeyShown } from './passkeys.ts';

/** The ways that lead in here: told to everybody, as the sign-in page shows them. */
export const signInWays = v.object({
  /** Whether names with passwords, and passkeys, lead in. */
  passwords: v.boolean(),
  /** What the button of the sign-in provider says; null where there is none. */
  provider: v.nullable(v.string()),
  /** Whether that provider asks its user anew when told to, which counts as the password typed again. */
  providerConfirms: v.boolean(),
  /** Whether a link for a new password can be mailed. */
  passwordLinks: v.boolean(),
});
export type SignInWays = v.InferOutput<typeof signInWays>;

const line = (most: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(most, `must be at most ${most} characters`),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
    v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters'),
  );

/** A group of the provider's, and the role that its members have here. */
const groupRole = v.strictObject({ group: line(200), role: line(100) });

const isIssuer = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
};

/** `oidc`: whatever speaks OpenID Connect. `google`: that, and checks the organisation. `github`: OAuth 2 alone. */
export const providerKind = v.picklist(['oidc', 'google', 'github']);
export type ProviderKind = v.InferOutput<typeof providerKind>;

/** Lower case, as domains compare. */
const domain = v.pipe(
  line(253),
  v.toLowerCase(),
  v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.org'),
);

const common = {
  /** What the button on the sign-in page says after "Sign in with". */
  label: line(40),
  /** Where its description is found: below `/.well-known/openid-configuration`. Of GitHub: where its pages are. */
  issuer: v.pipe(line(500), v.check(isIssuer, 'must be an address that begins with https://, without ? and #')),
  clientId: line(300),
  scope: v.pipe(
    line(300),
    v.regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must be words with single spaces'),
  ),
  /** Whoever is not known gets an account with this role; null: stays outside. */
  defaultRole: v.nullable(line(100)),
  /** The claim that names groups; null: groups mean nothing. GitHub tells organisations and teams without one. */
  groupsClaim: v.nullable(line(100)),
  /** The first that fits counts, with every sign-in anew. Whoever is in none has the default role. */
  groupRoles: v.pipe(v.array(groupRole), v.maxLength(50, 'must be at most 50')),
  enabled: v.boolean(),
  /** True: passwords and passkeys lead in no more. A command on the server leads back. */
  isOnlyWay: v.boolean(),
};

export const oidcProviderInput = v.pipe(
  v.strictObject({
    ...common,
    kind: v.optional(providerKind, 'oidc'),
    /** Of Google: only accounts of this organisation lead in. */
    hostedDomain: v.optional(v.nullable(domain), null),
    /** Left out: the one that is stored stays, as long as the issuer does. */
    clientSecret: v.optional(line(1000)),
  }),
  v.forward(
    v.check(({ kind, scope }) => kind === 'github' || scope.split(' ').includes('openid'), 'must hold openid'),
    ['scope'],
  ),
);
export type OidcProviderInput = v.InferOutput<typeof oidcProviderInput>;

/** The provider as it is set up, without the secret. */
export const oidcProvider = v.object({ ...common, kind: providerKind, hostedDomain: v.nullable(v.string()) });
export type OidcProvider = v.InferOutput<typeof oidcProvider>;

export const oidcProviderAnswer = v.object({
  provider: v.nullable(oidcProvider),
  /** What the provider has to know: where it sends people back to. */
  redirectUri: v.string(),
  /** `ALLOW_PASSWORDS` is set: passwords lead in, also where the provider is the only way. */
  isOverridden: v.boolean(),
});
export type OidcProviderAnswer = v.InferOutput<typeof oidcProviderAnswer>;

/** What an account asks for that has a second factor here, once the provider has said who has come. */
export const oidcSecondFactor = v.strictObject({
  totp: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(20))),
  recoveryCode: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(64))),
  passkey: v.optional(passkeyShown),
});
export type OidcSecondFactor = v.InferOutput<typeof oidcSecondFactor>;

/** Why a sign-in by the provider came to nothing: what the sign-in page is told. */
export const oidcRefusal = v.picklist(['unreachable', 'expired', 'refused', 'unknown', 'disabled', 'busy', 'taken']);
export type OidcRefusal = v.InferOutput<typeof oidcRefusal>;
