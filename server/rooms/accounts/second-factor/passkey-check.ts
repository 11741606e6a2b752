import type { PasskeyMade, PasskeyOptions, PasskeyShown } from '../../../../contract/index.ts';

/** Loaded when it is used: most sign-ins need none of it. */
const library = () => import('@simplewebauthn/server');

/** Where the browser is: the host name that passkeys belong to, and the addresses that it may have. */
export interface Site {
  rpId: string;
  origins: string[];
}

/** A passkey as it is stored. */
export interface KnownKey {
  credentialId: string;
  publicKey: string;
  counter: number;
}

/** What one's browser is asked with to make a passkey: one that knows its account, and checks who holds it. */
export const optionsToMake = async (wanted: {
  site: Site;
  challenge: Buffer;
  username: string;
  userHandle: string;
  known: readonly string[];
}): Promise<PasskeyOptions> => {
  const options = await (await library()).generateRegistrationOptions({
    rpName: 'Chrontainer',
    rpID: wanted.site.rpId,
    userName: wanted.username,
    userID: new Uint8Array(Buffer.from(wanted.userHandle, 'base64url')),
    challenge: new Uint8Array(wanted.challenge),
    attestationType: 'none',
    excludeCredentials: wanted.known.map((id) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { ...options };
};

/** What a browser is asked with to show a passkey, whoever's it is. */
export const optionsToShow = async (site: Site, challenge: Buffer): Promise<PasskeyOptions> => {
  const { generateAuthenticationOptions } = await library();
  const bytes = new Uint8Array(challenge);
  return {
    ...(await generateAuthenticationOptions({ rpID: site.rpId, challenge: bytes, userVerification: 'required' })),
  };
};

/** @returns null for what is no passkey made here, for a challenge of ours */
export const checkMade = async (
  made: PasskeyMade,
  site: Site,
  isGood: (challenge: string) => boolean,
): Promise<KnownKey | null> => {
  const { verifyRegistrationResponse } = await library();
  const checked = verifyRegistrationResponse({
    response: made,
    expectedChallenge: isGood,
    expectedOrigin: site.origins,
    expectedRPID: site.rpId,
  });
  // The library throws an Error of no kind of its own for each of the many things that can be wrong.
  const [outcome] = await Promise.allSettled([checked]);
  if (outcome.status === 'rejected' || !outcome.value.verified) return null;
  const { id, publicKey, counter } = outcome.value.registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey).toString('base64url'), counter };
};

/** @returns the counter that the passkey tells now; null when anything about it is wrong */
export const checkShown = async (
  shown: PasskeyShown,
  key: KnownKey,
  site: Site,
  isGood: (challenge: string) => boolean,
): Promise<number | null> => {
  const { verifyAuthenticationResponse } = await library();
  const { credentialId: id, counter } = key;
  const checked = verifyAuthenticationResponse({
    response: shown,
    expectedChallenge: isGood,
    expectedOrigin: site.origins,
    expectedRPID: site.rpId,
    credential: { id, counter, publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')) },
  });
  const [outcome] = await Promise.allSettled([checked]);
  if (outcome.status === 'rejected' || !outcome.value.verified) return null;
  return outcome.value.authenticationInfo.newCounter;
};
