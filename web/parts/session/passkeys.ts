import type { PasskeyMade, PasskeyOptions, PasskeyShown } from '../../../contract/passkeys.ts';
import type { Api } from '../../api/client.ts';
import { ProblemError } from '../../api/problem.ts';
import { t } from '../../text/t.ts';

type Library = typeof import('@simplewebauthn/browser');
type ToMake = Parameters<Library['startRegistration']>[0]['optionsJSON'];
type ToShow = Parameters<Library['startAuthentication']>[0]['optionsJSON'];

/** Browsers know passkeys over https and on localhost, at a name and not at a number. */
export function canUsePasskeys(): boolean {
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
  return isSecureContext && 'PublicKeyCredential' in window && !isNumber;
}

/** Lets the browser make a passkey. @throws ProblemError when it does not */
export async function makePasskey(api: Api): Promise<PasskeyMade> {
  const options = await api.post<PasskeyOptions>('/me/second-factor/passkeys/challenge');
  // Fetched when it is needed: most pages never need it.
  const { startRegistration } = await import('@simplewebauthn/browser');
  return await told(startRegistration({ optionsJSON: options as unknown as ToMake }) as Promise<PasskeyMade>);
}

/** Lets the browser show a passkey, whoever's it is. @throws ProblemError when it does not */
export async function showPasskey(api: Api): Promise<PasskeyShown> {
  const options = await api.post<PasskeyOptions>('/session/passkey/challenge');
  const { startAuthentication } = await import('@simplewebauthn/browser');
  return await told(startAuthentication({ optionsJSON: options as unknown as ToShow }) as Promise<PasskeyShown>);
}

/** The browser's own words are for developers, and often tell nothing on purpose. */
async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const isKnown = error instanceof Error && error.name === 'InvalidStateError';
    const title = t(isKnown ? 'passkey.known' : 'passkey.none');
    throw new ProblemError({ type: 'about:blank', title, status: 0, code: 'PASSKEY' });
  }
}
