/** The codes of an app: RFC 6238 as every app knows it, SHA-1, six digits, thirty seconds. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Clocks differ, and people type slowly: the code before and the one after count as well. */
const window = 1;

/** Few accounts have such a secret, and none of them signs in often: the library waits for the first one. */
const library = () => import('otpauth');

/** A new secret of 160 bits, in base32. */
export const makeTotpSecret = async (): Promise<string> => new (await library()).Secret({ size: 20 }).base32;

/** What a QR code holds. */
export const totpUri = async (secret: string, username: string): Promise<string> => {
  const { TOTP } = await library();
  return new TOTP({ ...form, issuer: 'Chrontainer', label: username, secret }).toString();
};

/** The step of thirty seconds that a code belongs to; null when it is not one of now. */
export const stepOfCode = async (secret: string, code: string, nowMs: number): Promise<number | null> => {
  const token = code.replaceAll(/\s/g, '');
  // The library compares bytes, and throws where six characters are more than six of them.
  if (!/^[0-9]{6}$/.test(token)) return null;
  const { TOTP } = await library();
  const delta = new TOTP({ ...form, secret }).validate({ token, timestamp: nowMs, window });
  return delta === null ? null : Math.floor(nowMs / (form.period * 1000)) + delta;
};
