import * as v from 'valibot';
import { instant, name } from './common.ts';

/** A key that a device or a browser keeps, and that signs in without a password. */
export const passkey = v.object({
  id: v.number(),
  name: v.string(),
  /** The host name that it was made at, and works at. */
  site: v.string(),
  createdAt: instant,
  lastUsedAt: v.nullable(instant),
});
export type Passkey = v.InferOutput<typeof passkey>;

/** What my account asks for beside the password. */
export const secondFactor = v.object({
  /** Since when the codes of an app are asked for; null: they are not. */
  totpSince: v.nullable(instant),
  recoveryCodesLeft: v.number(),
  passkeys: v.array(passkey),
});
export type SecondFactor = v.InferOutput<typeof secondFactor>;

/** What an app that makes codes has to know, this once. */
export const totpStart = v.object({
  /** In base32, for typing. */
  secret: v.string(),
  /** `otpauth://…`, for a QR code. */
  uri: v.string(),
});
export type TotpStart = v.InferOutput<typeof totpStart>;

export const totpConfirmation = v.strictObject({ code: v.pipe(v.string(), v.trim(), v.maxLength(20)) });

/** Told this once. Each leads in once, in the place of a code or a passkey. None: there are some already. */
export const recoveryCodes = v.object({ recoveryCodes: v.array(v.string()) });
export type RecoveryCodes = v.InferOutput<typeof recoveryCodes>;

export const passkeyName = v.strictObject({ name });
