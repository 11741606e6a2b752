import type { Configuration } from 'openid-client';
import type { Outbound } from '../../../outbound/index.ts';
import type { Begun, Party, ProviderAccess } from './party.ts';
import { providerFetch } from './provider-fetch.ts';

/** Loaded when it is used: most instances have no provider. */
const library = () => import('openid-client');

/** How old a sign-in at the provider may be that counts as one just made. */
const justNowSeconds = 300;

/** Speaks to an OpenID provider, by the outbound rules: private issuers only where an admin allows them. */
export class RelyingParty implements Party {
  readonly #access: ProviderAccess;
  readonly #fetch: ReturnType<typeof providerFetch>;
  #configuration: Promise<Configuration> | undefined;

  constructor(access: ProviderAccess, outbound: Outbound) {
    this.#access = access;
    this.#fetch = providerFetch(outbound);
  }

  /** Where the browser is sent, with PKCE, state and nonce. @throws what stands in the way of the provider */
  async begin(isAgain = false): Promise<Begun & { address: string }> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...make } = await library();
    const verifier = make.randomPKCECodeVerifier();
    const [state, nonce] = [make.randomState(), make.randomNonce()];
    const { redirectUri: redirect_uri, scope } = this.#access;
    const asked = { redirect_uri, scope, state, nonce, code_challenge_method: 'S256' };
    const code_challenge = await calculatePKCECodeChallenge(verifier);
    const more = { ...this.#organisation(), ...this.#again(isAgain) };
    const url = buildAuthorizationUrl(await this.#configured(), { ...asked, ...more, code_challenge });
    return { address: url.href, state, nonce, verifier, isAgain: isAgain && this.#access.kind === 'oidc' };
  }

  /** What the provider says of who came back. @throws when anything about the answer is wrong */
  async finish(query: Record<string, string>, begun: Begun): Promise<Record<string, unknown>> {
    const { authorizationCodeGrant, fetchUserInfo } = await library();
    const configuration = await this.#configured();
    const returned = new URL(`${this.#access.redirectUri}?${new URLSearchParams(query)}`);
    const tokens = await authorizationCodeGrant(configuration, returned, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
      ...(begun.isAgain ? { maxAge: justNowSeconds } : {}),
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the provider sent no ID token');
    this.#demandOrganisation(claims);
    const more = configuration.serverMetadata().userinfo_endpoint
      ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : {};
    return { ...more, ...claims };
  }

  /** Whether the provider can be spoken to. @throws what stands in the way */
  async check(): Promise<void> {
    await this.#configured();
  }

  /** Google asks nobody anew who is signed in there, but may be told to ask which account is meant. */
  #again(isAgain: boolean): Record<string, string> {
    if (!isAgain) return {};
    if (this.#access.kind === 'google') return { prompt: 'select_account' };
    return { prompt: 'login', max_age: String(justNowSeconds) };
  }

  #organisation(): Record<string, string> {
    const { hostedDomain } = this.#access;
    return hostedDomain === null ? {} : { hd: hostedDomain };
  }

  /** The parameter can be changed on the way; what counts is the claim in the signed ID token. */
  #demandOrganisation({ hd }: Record<string, unknown>): void {
    const { hostedDomain } = this.#access;
    if (hostedDomain === null || (typeof hd === 'string' && hd.toLowerCase() === hostedDomain)) return;
    throw new Error(`the account does not belong to ${hostedDomain}`);
  }

  /** Discovered once; a failure is tried again with the next sign-in. */
  async #configured(): Promise<Configuration> {
    this.#configuration ??= this.#discover();
    try {
      return await this.#configuration;
    } catch (error) {
      this.#configuration = undefined;
      throw error;
    }
  }

  async #discover(): Promise<Configuration> {
    const { allowInsecureRequests, customFetch, discovery, enableNonRepudiationChecks } = await library();
    const { issuer, clientId, clientSecret } = this.#access;
    const url = new URL(issuer);
    // The library knows two kinds only; that plain http leads to no public address is seen to when connecting.
    const isPlain = url.protocol === 'http:';
    const execute = [enableNonRepudiationChecks, ...(isPlain ? [allowInsecureRequests] : [])];
    const found = await discovery(url, clientId, clientSecret, undefined, {
      execute,
      [customFetch]: this.#fetch,
    });
    demandPage(found.serverMetadata().authorization_endpoint, isPlain);
    return found;
  }
}

/** The browser is sent there: a description must not lead it from https to anything less. */
const demandPage = (address: string | undefined, mayBePlain: boolean): void => {
  const protocol = address === undefined ? undefined : URL.parse(address)?.protocol;
  if (protocol === 'https:' || (mayBePlain && protocol === 'http:')) return;
  throw new Error('the provider names no page of its own to sign in at');
};
