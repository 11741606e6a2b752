import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { keyStart } from '../../http/index.ts';

const shownLength = keyStart.length + 8;

/** A new key of 256 random bits, the part of it that is shown, and what is stored of it. */
export const makeKey = (): { key: string; prefix: string; hash: string } => {
  const key = keyStart + randomBytes(32).toString('base64url');
  return { key, prefix: key.slice(0, shownLength), hash: hashKey(key) };
};

/** With 256 bits there is nothing to guess, and so nothing that a slow hash would hold up. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Compares without telling by its time how much was right. */
export const isSameHash = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
};
