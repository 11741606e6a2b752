import type { Configuration } from 'openid-client';
import type { Outbound } from '../../../outbound/index.ts';

/** Loaded when it is used: most instances have no provider. */
const library = () => import('openid-client');

export interface ProviderAccess {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  scope: string;
}

/** What has to be known again when the browser comes back: kept by whoever began, and used once. */
export interface Begun {
  address: string;
  state: string;
  nonce: string;
  verifier: string;
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
  async begin(): Promise<Begun> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...make } = await library();
    const verifier = make.randomPKCECodeVerifier();
    const [state, nonce] = [make.randomState(), make.randomNonce()];
    const { redirectUri: redirect_uri, scope } = this.#access;
    const asked = { redirect_uri, scope, state, nonce, code_challenge_method: 'S256' };
    const code_challenge = await calculatePKCECodeChallenge(verifier);
    const url = buildAuthorizationUrl(await this.#configured(), { ...asked, code_challenge });
    return { address: url.href, state, nonce, verifier };
  }

  /** What the provider says of who came back. @throws when anything about the answer is wrong */
  async finish(returned: URL, begun: Pick<Begun, 'state' | 'nonce' | 'verifier'>): Promise<Record<string, unknown>> {
    const { authorizationCodeGrant, fetchUserInfo } = await library();
    const configuration = await this.#configured();
    const tokens = await authorizationCodeGrant(configuration, returned, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the provider sent no ID token');
    const more = configuration.serverMetadata().userinfo_endpoint
      ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : {};
    return { ...more, ...claims };
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
    const { allowInsecureRequests, customFetch, discovery } = await library();
    const { issuer, clientId, clientSecret } = this.#access;
    const url = new URL(issuer);
    // Plain http is let through for any issuer: where settings are checked, it has to be refused for public ones.
    const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
    const found = await discovery(url, clientId, clientSecret, undefined, {
      execute,
      [customFetch]: (target, options) => this.#fetch(target, options),
    });
    return found;
  }

  async #fetch(
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ) {
    const text = body === undefined || body === null ? {} : { body: String(body) };
    const sent = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const answer = await this.#outbound.send({ url, method, headers: { ...sent, ...headers }, ...text });
    const type = answer.headers['content-type'];
    return new Response(answer.body, { status: answer.status, headers: type ? { 'content-type': type } : {} });
  }
}
