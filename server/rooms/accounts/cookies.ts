import type { Credentials } from '../../http/index.ts';

/** A cookie of ours, before the form that it takes on http or https. */
export interface OwnCookie {
  name: string;
  sameSite: 'Lax' | 'Strict';
  maxAgeMs: number;
}

/**
 * Behind https the name begins with `__Host-`: browsers then take it only from this very host and over https, so a
 * neighbouring name cannot plant one. Plain http on a LAN is a mode with a name of its own, and a session of the one
 * is none in the other.
 */
const fullName = (cookie: OwnCookie, isSecure: boolean): string => (isSecure ? `__Host-${cookie.name}` : cookie.name);

/** The cookie's value, as the caller's connection may have it. */
export const readCookie = (cookie: OwnCookie, from: Pick<Credentials, 'header' | 'isSecure'>): string | undefined => {
  const wanted = `${fullName(cookie, from.isSecure)}=`;
  const pairs = (from.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
};

/** The header that sets it; an empty value removes it. */
export const writeCookie = (cookie: OwnCookie, value: string, isSecure: boolean): string =>
  [
    `${fullName(cookie, isSecure)}=${value}`,
    'Path=/',
    'HttpOnly',
    `SameSite=${cookie.sameSite}`,
    `Max-Age=${value === '' ? 0 : Math.floor(cookie.maxAgeMs / 1000)}`,
    ...(isSecure ? ['Secure'] : []),
  ].join('; ');
