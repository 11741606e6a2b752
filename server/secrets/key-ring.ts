import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key for AES-256, and the name by which sealed texts refer to it. */
export interface SecretKey {
  /** Eight hexadecimal digits of the key's hash: it tells keys apart and gives nothing away. */
  id: string;
  bytes: Buffer;
}

/** Every key that may have sealed something, the one for new texts first. */
export type KeyRing = readonly [SecretKey, ...SecretKey[]];

const fileName = 'secret.key';

/**
 * The keys: that of the configuration first, then those of `secret.key` in the data folder, one a line, the newest
 * first. Where there is neither, the file is made, for its owner alone. Reads and writes nothing but that file.
 * @throws when the file cannot be read or made
 */
export const openKeyRing = (dataDir: string, configured: string | null): KeyRing => {
  const file = join(dataDir, fileName);
  const kept = readKeys(file);
  if (configured !== null) return [keyOf(configured), ...kept];
  const [first, ...others] = kept;
  return first ? [first, ...others] : [makeKey(file)];
};

/** HKDF (RFC 5869): what is put in may be of any form and length, a key for AES-256 has 32 bytes. */
export const keyOf = (secret: string): SecretKey => {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'chrontainer secrets 1', 32));
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
};

const readKeys = (file: string): SecretKey[] => {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(keyOf);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** `wx`: two programs that start at once must not each have a key of their own. */
const makeKey = (file: string): SecretKey => {
  const secret = randomBytes(32).toString('hex');
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return keyOf(secret);
};

/** Puts a new key before the others: from now on it seals. The file is replaced as a whole, for its owner alone. */
export const addKey = (dataDir: string): void => {
  const file = join(dataDir, fileName);
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  replaceFile(file, `${randomBytes(32).toString('hex')}\n${kept}`);
};

/** Moves all keys but the first to a file of their own. @returns its path */
export const dropOldKeys = (dataDir: string): string => {
  const file = join(dataDir, fileName);
  const [first = '', ...old] = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const aside = `${file}.old`;
  const before = existsSync(aside) ? readFileSync(aside, 'utf8') : '';
  replaceFile(aside, `${[...old, ''].join('\n')}${before}`);
  replaceFile(file, `${first}\n`);
  return aside;
};

/** A crash leaves the old file or the new one, never half of one. */
const replaceFile = (file: string, content: string): void => {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
};
