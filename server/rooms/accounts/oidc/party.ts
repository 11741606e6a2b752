import type { ProviderKind } from '../../../../contract/index.ts';
import type { Outbound } from '../../../outbound/index.ts';
import { GithubParty } from './github-party.ts';
import { RelyingParty } from './relying-party.ts';

/** What the program is to a provider. */
export interface ProviderAccess {
  kind: ProviderKind;
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  scope: string;
  /** Of Google: the organisation whose accounts alone lead in. */
  hostedDomain: string | null;
}

/** What has to be known again when the browser comes back: kept by whoever began, and used once. */
export interface Begun {
  state: string;
  nonce: string;
  verifier: string;
  /** Whether the provider was told to ask its user anew, and will tell that it did. */
  isAgain: boolean;
}

/** One sign-in by a provider, of whatever kind. */
export interface Party {
  /** Where the browser is sent. @throws what stands in the way of the provider */
  begin(isAgain?: boolean): Promise<Begun & { address: string }>;
  /** What the provider says of who came back, as claims of OpenID. @throws when anything about the answer is wrong */
  finish(query: Record<string, string>, begun: Begun): Promise<Record<string, unknown>>;
  /** Whether the provider can be spoken to. @throws what stands in the way */
  check(): Promise<void>;
}

/** Whoever speaks to a provider of this kind. */
export const partyOf = (access: ProviderAccess, outbound: Outbound): Party =>
  access.kind === 'github' ? new GithubParty(access, outbound) : new RelyingParty(access, outbound);

/** Neither Google nor GitHub asks its user anew when told to, and says that it did. */
export const canConfirm = (kind: ProviderKind): boolean => kind === 'oidc';
