import * as v from 'valibot';
import { name } from './common.ts';

/** Bytes as WebAuthn's JSON writes them. */
const bytes = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/, 'must be base64url'), v.maxLength(16_384));
const ofAnyAuthenticator = {
  id: bytes,
  rawId: bytes,
  type: v.literal('public-key'),
  authenticatorAttachment: v.optional(v.picklist(['platform', 'cross-platform'])),
  clientExtensionResults: v.record(v.string(), v.unknown()),
};

/** What a browser is asked with, as `PublicKeyCredential.parse…OptionsFromJSON` takes it. */
export const passkeyOptions = v.looseObject({ challenge: v.string() });
export type PasskeyOptions = v.InferOutput<typeof passkeyOptions>;

/** `RegistrationResponseJSON` of WebAuthn. */
export const passkeyMade = v.strictObject({
  ...ofAnyAuthenticator,
  response: v.strictObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    authenticatorData: v.optional(bytes),
    transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(10))),
    publicKeyAlgorithm: v.optional(v.number()),
    publicKey: v.optional(bytes),
  }),
});
export type PasskeyMade = v.InferOutput<typeof passkeyMade>;

/** `AuthenticationResponseJSON` of WebAuthn. */
export const passkeyShown = v.strictObject({
  ...ofAnyAuthenticator,
  response: v.strictObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: v.optional(bytes),
  }),
});
export type PasskeyShown = v.InferOutput<typeof passkeyShown>;

export const passkeyRegistration = v.strictObject({ name, made: passkeyMade });
export type PasskeyRegistration = v.InferOutput<typeof passkeyRegistration>;
export const passkeySignIn = v.strictObject({ passkey: passkeyShown });
