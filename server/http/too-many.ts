import { ChrontainerError } from '../errors/index.ts';

/** The refusal of whoever tries too often, with when to try again: in words, and as `Retry-After` (RFC 9110, 10.2.3). */
export const tooMany = (what: string, waitMs: number, headers: Record<string, string> = {}): ChrontainerError => {
  const seconds = Math.ceil(waitMs / 1000);
  const span = `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return new ChrontainerError('CHR_TOO_MANY_REQUESTS', `Too many ${what}: try again in ${span}.`, {
    headers: { ...headers, 'Retry-After': String(seconds) },
  });
};
