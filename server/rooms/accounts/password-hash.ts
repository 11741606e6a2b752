import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ChrontainerError } from '../../errors/index.ts';

/** OWASP's second choice for argon2id: 19 MiB, two passes. About 30 ms on a server, 150 on a Raspberry Pi. */
const memory = 19_456;
const passes = 2;
const parallelism = 1;
const tagLength = 32;
const saltLength = 16;

/** Each costs 19 MiB and a core for its time: more at once would let strangers fill both. */
const atOnce = 2;
const maxWaiting = 20;

/** Work for an account that does not exist, so that the time of an answer does not tell. No password fits it. */
const nobodysHash = `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** bcrypt, as an import from the original brings it; costs of which one guess takes seconds are none that anybody set. */
const imported = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/;

/** Whether a stored hash came from an import, and gives way to one of ours once its password was typed. */
export const isImported = (stored: string): boolean => imported.test(stored);

/** Hashes passwords with argon2id, stored in the PHC form, which names its own parameters. */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const hash = await this.#derive(password, { salt, memory, passes, parallelism, tagLength });
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /** Without a stored hash (no such account) it works just as long and says no. */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    if (stored !== undefined && isImported(stored)) return this.#verifyImported(password, stored);
    const parts = parsePhc(stored ?? nobodysHash);
    const derived = await this.#derive(password, { ...parts, tagLength: parts.hash.length });
    return timingSafeEqual(derived, parts.hash) && stored !== undefined;
  }

  /** Loaded when it is used: most instances have none. It gives way to other work every 100 ms. */
  async #verifyImported(password: string, stored: string): Promise<boolean> {
    const { compare } = await import('bcryptjs');
    return this.#oneOfFew(() => compare(password, stored));
  }

  #derive(password: string, options: DeriveOptions): Promise<Buffer> {
    return this.#oneOfFew(async () => {
      // Ü may be typed as one character or as two, by the keyboard: NFC makes them the same.
      const message = password.normalize('NFC');
      const { salt: nonce, ...costs } = options;
      return promisify(argon2)('argon2id', { message, nonce, ...costs });
    });
  }

  /** @throws 429 when too many wait already */
  async #oneOfFew<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= maxWaiting) throw busy();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}

interface DeriveOptions {
  salt: Buffer;
  memory: number;
  passes: number;
  parallelism: number;
  tagLength: number;
}

const parsePhc = (text: string) => {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    text,
  );
  if (!match) throw new Error('A stored password hash has an unknown form');
  const [, m, t, p, salt = '', hash = ''] = match;
  return {
    memory: Number(m),
    passes: Number(t),
    parallelism: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
};

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const busy = (): ChrontainerError =>
  new ChrontainerError('CHR_TOO_MANY_REQUESTS', 'Too many sign-ins at once: try again in a second.', {
    headers: { 'Retry-After': '1' },
  });
