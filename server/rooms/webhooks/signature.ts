import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the caller's clock may be off, and how long a call may be under way. */
export const windowMs = 5 * 60_000;

/** What is signed: the timestamp keeps an old call from being sent again later. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

export interface Signed {
  /** Whole seconds since 1970, as the header has them. */
  timestamp: string | undefined;
  /** `sha256=` and hexadecimal digits. */
  signature: string | undefined;
  body: string;
}

/** The digest of a call that is signed well, in one form however its header was written; or why it does not count. */
export const readSignature = (
  { timestamp, signature, body }: Signed,
  secret: string,
  nowMs: number,
): { digest: string } | { fault: string } => {
  if (timestamp === undefined || signature === undefined) {
    return { fault: 'it must be signed: send X-Chrontainer-Timestamp and X-Chrontainer-Signature' };
  }
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - nowMs) > windowMs) {
    return {
      fault: 'its timestamp is more than five minutes off: send the seconds since 1970, by a clock that is right',
    };
  }
  const digest = signatureOf(secret, timestamp, body);
  const given = Buffer.from(/^sha256=([0-9a-f]{64})$/i.exec(signature)?.[1] ?? '', 'hex');
  const expected = Buffer.from(digest, 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return { digest };
  return { fault: 'its signature is wrong: send sha256= and the HMAC-SHA256 of "<timestamp>.<body>" by the secret' };
};
