import type { Configuration } from 'openid-client';
import * as v from 'valibot';
import type { Outbound } from '../../../outbound/index.ts';
import type { Begun, Party, ProviderAccess } from './party.ts';
import { providerFetch } from './provider-fetch.ts';

/** Loaded when it is used: most instances have no provider. */
const library = () => import('openid-client');

/** Organisations and teams are looked at page by page; a team's description is some 4 kB long, an answer 64 kB at most. */
const pages = { organisations: 50, teams: 10, most: 30 };

const profile = v.object({ id: v.number(), login: v.string() });
const addresses = v.array(v.object({ email: v.string(), primary: v.boolean(), verified: v.boolean() }));
const organisations = v.array(v.object({ login: v.string() }));
const teams = v.array(v.object({ slug: v.string(), organization: v.object({ login: v.string() }) }));

/** What GitHub has to be asked for; organisations and teams only where they mean something here. */
export const githubScope = (hasGroups: boolean): string => (hasGroups ? 'user:email read:org' : 'user:email');

/** Where GitHub's pages and its API are: its own, with data residency, or of an Enterprise Server. */
export const githubAddresses = (address: string): { page: string; token: string; api: string } => {
  const { origin, protocol, host } = new URL(address);
  const isCloud = host === 'github.com' || host.endsWith('.ghe.com');
  const api = isCloud ? `${protocol}//api.${host}` : `${origin}/api/v3`;
  return { page: `${origin}/login/oauth/authorize`, token: `${origin}/login/oauth/access_token`, api };
};

/** Speaks to GitHub, which knows OAuth 2 and no OpenID: who has come is asked of its API. */
export class GithubParty implements Party {
  readonly #access: ProviderAccess;
  readonly #addresses: ReturnType<typeof githubAddresses>;
  readonly #fetch: ReturnType<typeof providerFetch>;

  constructor(access: ProviderAccess, outbound: Outbound) {
    this.#access = access;
    this.#addresses = githubAddresses(access.issuer);
    this.#fetch = providerFetch(outbound);
  }

  /** GitHub asks nobody anew who is signed in there: the sign-in never counts as a password just typed. */
  async begin(isAgain = false): Promise<Begun & { address: string }> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, ...make } = await library();
    const verifier = make.randomPKCECodeVerifier();
    const state = make.randomState();
    const { redirectUri: redirect_uri, scope } = this.#access;
    const asked = { redirect_uri, scope, state, code_challenge_method: 'S256' };
    const code_challenge = await calculatePKCECodeChallenge(verifier);
    const again: Record<string, string> = isAgain ? { prompt: 'select_account' } : {};
    const url = buildAuthorizationUrl(await this.#configured(), { ...asked, ...again, code_challenge });
    return { address: url.href, state, nonce: '', verifier, isAgain: false };
  }

  async finish({ code, state, error }: Record<string, string>, begun: Begun): Promise<Record<string, unknown>> {
    const { authorizationCodeGrant } = await library();
    const configuration = await this.#configured();
    // Of the answer only what GitHub's documents name: whatever else it may add means nothing here.
    const named = Object.entries({ code, state, error }).filter((one): one is [string, string] => one[1] !== undefined);
    const returned = new URL(`${this.#access.redirectUri}?${new URLSearchParams(named)}`);
    const checks = { pkceCodeVerifier: begun.verifier, expectedState: begun.state };
    const { access_token } = await authorizationCodeGrant(configuration, returned, checks);
    const ask: Ask = (path, schema) => this.#ask(configuration, access_token, path, schema);
    const { id, login } = await ask('/user', profile);
    const primary = (await ask('/user/emails', addresses)).find((one) => one.primary);
    return {
      sub: String(id),
      preferred_username: login,
      email: primary?.email,
      email_verified: primary?.verified ?? false,
      groups: this.#access.scope === githubScope(true) ? await groupsOf(ask) : [],
    };
  }

  /** The API's first page tells, without a token, that it is one; an Enterprise Server may ask for a token first. */
  async check(): Promise<void> {
    const answer = await this.#fetch(`${this.#addresses.api}/`, { ...plain, headers: { ...accepting } });
    if (![200, 401, 403].includes(answer.status)) {
      throw new Error(`${this.#addresses.api} answered ${answer.status}, which is not GitHub's API`);
    }
  }

  async #configured(): Promise<Configuration> {
    const client = await library();
    const { issuer, clientId, clientSecret } = this.#access;
    const { page, token } = this.#addresses;
    const configuration = new client.Configuration(
      { issuer, authorization_endpoint: page, token_endpoint: token },
      clientId,
      clientSecret,
    );
    // The library knows two kinds only; that plain http leads to no public address is seen to when connecting.
    if (new URL(issuer).protocol === 'http:') client.allowInsecureRequests(configuration);
    configuration[client.customFetch] = this.#fetch;
    return configuration;
  }

  async #ask<S extends v.GenericSchema>(
    configuration: Configuration,
    token: string,
    path: string,
    schema: S,
  ): Promise<v.InferOutput<S>> {
    const { fetchProtectedResource } = await library();
    const url = new URL(this.#addresses.api + path);
    const answer = await fetchProtectedResource(configuration, token, url, 'GET', null, new Headers(accepting));
    if (answer.status !== 200) throw new Error(`GitHub answered ${answer.status} when asked for ${url.pathname}`);
    return v.parse(schema, await answer.json());
  }
}

type Ask = <S extends v.GenericSchema>(path: string, schema: S) => Promise<v.InferOutput<S>>;

const accepting = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
const plain = { method: 'GET', body: undefined, redirect: 'manual' } as const;

/** `acme` for a member of that organisation, `acme/ops` for one of its teams. */
const groupsOf = async (ask: Ask): Promise<string[]> => {
  const [joined, played] = [
    await allPages(
      (page) => ask(`/user/orgs?per_page=${pages.organisations}&page=${page}`, organisations),
      pages.organisations,
    ),
    await allPages((page) => ask(`/user/teams?per_page=${pages.teams}&page=${page}`, teams), pages.teams),
  ];
  return [
    ...joined.map(({ login }) => login),
    ...played.map(({ slug, organization }) => `${organization.login}/${slug}`),
  ];
};

const allPages = async <T>(ask: (page: number) => Promise<T[]>, size: number): Promise<T[]> => {
  const found: T[] = [];
  for (let page = 1; page <= pages.most; page++) {
    const items = await ask(page);
    found.push(...items);
    if (items.length < size) break;
  }
  return found;
};
