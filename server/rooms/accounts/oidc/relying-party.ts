import type { Configuration, CustomFetchOptions } from 'openid-client';
import type { Outbound } from '../../../outbound/index.ts';

/** Loaded when it is used: most instances have no provider. */
const library = () => import('openid-client');

/** How old a sign-in at the provider may be that counts as one just made. */
const justNowSeconds = 300;

export interface ProviderAccess {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  scope: string;
}

/** What has to be known again when the browser comes back: kept by whoever began, and used once. */
export interface Begun {
  state: string;
  nonce: string;
  verifier: string;
  /** Whether the provider was told to ask its user anew. */
  isAgain: boolean;
}

/** Speaks to an OpenID provider, by the outbound rules: private issuers only where an admin allows them. */
export class RelyingParty {
  readonly #access: ProviderAccess;
  readonly #outbound: Outbound;
  #configuration: Promise<Configuration> | undefined;

  constructor(access: ProviderAccess, outbound: Outbound) {
    this.#access = access;
    this.#outbound = outbound;
  }

  /** Where the browser is sent, with PKCE, state and nonce. @throws what stands in the way of the provider */
  async begin(isAgain = false): Promise<Begun & { address: string }> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...make } = await library();
    const verifier = make.randomPKCECodeVerifier();
    const [state, nonce] = [make.randomState(), make.randomNonce()];
    const { redirectUri: redirect_uri, scope } = this.#access;
    const asked = { redirect_uri, scope, state, nonce, code_challenge_method: 'S256' };
    const code_challenge = await calculatePKCECodeChallenge(verifier);
    const again: Record<string, string> = isAgain ? { prompt: 'login', max_age: String(justNowSeconds) } : {};
    const url = buildAuthorizationUrl(await this.#configured(), { ...asked, ...again, code_challenge });
    return { address: url.href, state, nonce, verifier, isAgain };
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
    const more = configuration.serverMetadata().userinfo_endpoint
      ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : {};
    return { ...more, ...claims };
  }

  /** Whether the provider can be spoken to. @throws what stands in the way */
  async check(): Promise<void> {
    await this.#configured();
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
      [customFetch]: (target: string, options: CustomFetchOptions) => this.#fetch(target, options),
    });
    demandPage(found.serverMetadata().authorization_endpoint, isPlain);
    return found;
  }

  async #fetch(url: string, { method, headers, body }: CustomFetchOptions): Promise<Response> {
    const text = body === undefined || body === null ? {} : { body: String(body) };
    const sent: Record<string, string> =
      body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const request = { url, method, headers: { ...sent, ...headers }, ...text, isConfidential: true };
    const answer = await this.#outbound.send(request);
    const type = answer.headers['content-type'];
    const isEmpty = [101, 204, 205, 304].includes(answer.status);
    const init = { status: answer.status, headers: type ? { 'content-type': type } : {} };
    return new Response(isEmpty ? null : answer.body, init);
  }
}

/** The browser is sent there: a description must not lead it from https to anything less. */
const demandPage = (address: string | undefined, mayBePlain: boolean): void => {
  const protocol = address === undefined ? undefined : URL.parse(address)?.protocol;
  if (protocol === 'https:' || (mayBePlain && protocol === 'http:')) return;
  throw new Error('the provider names no page of its own to sign in at');
};
