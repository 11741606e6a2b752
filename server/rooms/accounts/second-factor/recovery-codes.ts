import { createHash, randomInt } from 'node:crypto';

/** Without characters that look alike. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
/** About 79 bits: too many to guess, so that a fast hash is enough. */
const length = 16;
export const codesAtOnce = 10;

export const makeRecoveryCodes = (): string[] => Array.from({ length: codesAtOnce }, makeRecoveryCode);

const makeRecoveryCode = (): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)])
    .join('')
    .replace(/.{4}(?=.)/g, '$&-');

/** However it was typed: capitals, blanks and dashes do not matter. The account's ID makes equal codes different. */
export const hashRecoveryCode = (userId: number, code: string): string => {
  const plain = code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return createHash('sha256').update(`${userId}|${plain}`).digest('hex');
};
