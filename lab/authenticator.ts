import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What may be off about what an authenticator says. */
export interface Twist {
  /** The page that asked, as the browser tells. */
  origin?: string;
  rpId?: string;
  /** False: it did not check who holds it. */
  hasChecked?: boolean;
  counter?: number;
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

/**
 * A browser with an authenticator that holds one passkey (ES256, attestation `none`), for tests without a browser: it
 * can do what no real one does.
 */
export class Authenticator {
  readonly #origin: string;
  readonly #rpId: string;
  readonly #id = randomBytes(16);
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject };
  #counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
    this.#rpId = new URL(origin).hostname;
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  /** `RegistrationResponseJSON`. */
  make({ challenge }: { challenge: string }, twist: Twist = {}) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#id.length);
    const head = this.#authenticatorData(twist, 0x40);
    const authData = Buffer.concat([head, Buffer.alloc(16), length, this.#id, this.#coseKey()]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3, 0x63, ...Buffer.from('fmt'), 0x64, ...Buffer.from('none')]),
      Buffer.from([0x67, ...Buffer.from('attStmt'), 0xa0, 0x68, ...Buffer.from('authData')]),
      Buffer.from([0x58, authData.length]),
      authData,
    ]);
    const clientDataJSON = this.#clientData('webauthn.create', challenge, twist);
    return this.#answer({ clientDataJSON: base64url(clientDataJSON), attestationObject: base64url(attestationObject) });
  }

  /** `AuthenticationResponseJSON`. */
  show({ challenge }: { challenge: string }, twist: Twist = {}) {
    const data = this.#authenticatorData(twist, 0);
    const client = this.#clientData('webauthn.get', challenge, twist);
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#key.privateKey);
    return this.#answer({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
    });
  }

  #answer<T>(response: T) {
    const id = base64url(this.#id);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, { origin = this.#origin }: Twist): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData({ rpId = this.#rpId, hasChecked = true, counter }: Twist, more: number): Buffer {
    this.#counter = counter ?? this.#counter + 1;
    const tail = Buffer.alloc(5);
    tail.writeUInt8(0x01 | (hasChecked ? 0x04 : 0) | more);
    tail.writeUInt32BE(this.#counter, 1);
    return Buffer.concat([sha256(rpId), tail]);
  }

  /** RFC 9053: an elliptic curve key, ES256, P-256, x and y. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    const point = (text: string) => [0x58, 0x20, ...Buffer.from(text, 'base64url')];
    return Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, ...point(x), 0x22, ...point(y)]);
  }
}
