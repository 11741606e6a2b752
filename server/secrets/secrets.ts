import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ChrontainerError } from '../errors/index.ts';
import type { KeyRing, SecretKey } from './key-ring.ts';

/** Where a sealed text stands. It opens nowhere else: a row cannot borrow another one's secret. */
export interface SecretPlace {
  table: string;
  row: number | string;
  column: string;
}

const algorithm = 'aes-256-gcm';
/** NIST SP 800-38D: 96 bits for the nonce, drawn by chance, and 128 for the tag. */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals what has to be read again, such as the password of a mail server, with AES-256-GCM. What only has to be
 * recognised (passwords, sessions, API keys) is hashed instead, not kept here.
 */
export class Secrets {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** The text as it may stand in the database: `1.<key>.<nonce>.<ciphertext and tag>`. */
  seal(text: string, place: SecretPlace): string {
    const [key] = this.#keys;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, key.bytes, nonce).setAAD(dataOf(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return ['1', key.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** @throws ChrontainerError CHR_SECRET_UNREADABLE when its key is gone, or it was changed or moved */
  open(sealed: string, place: SecretPlace): string {
    const [, keyId = '', nonce = '', content = ''] = sealed.split('.');
    const key = this.#keys.find(({ id }) => id === keyId);
    if (!key) throw unreadable(place, 'it was sealed with another key');
    try {
      return decrypt(key, Buffer.from(nonce, 'base64url'), Buffer.from(content, 'base64url'), place);
    } catch (cause) {
      throw unreadable(place, 'it was changed, or belongs elsewhere', cause);
    }
  }

  /** False for what an older key sealed: it is to be sealed anew before that key is thrown away. */
  isCurrent(sealed: string): boolean {
    return sealed.split('.')[1] === this.#keys[0].id;
  }
}

const decrypt = (key: SecretKey, nonce: Buffer, content: Buffer, place: SecretPlace): string => {
  const decipher = createDecipheriv(algorithm, key.bytes, nonce, { authTagLength: tagBytes }).setAAD(dataOf(place));
  decipher.setAuthTag(content.subarray(-tagBytes));
  return decipher.update(content.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
};

const dataOf = ({ table, row, column }: SecretPlace): Buffer => Buffer.from(`${table}|${row}|${column}`);

const unreadable = ({ table, row, column }: SecretPlace, why: string, cause?: unknown): ChrontainerError =>
  new ChrontainerError(
    'CHR_SECRET_UNREADABLE',
    `The secret ${column} of ${table} ${row} cannot be read: ${why}. ` +
      'Give back the SECRET_KEY or the file secret.key of that time, or enter the secret again.',
    { cause },
  );
