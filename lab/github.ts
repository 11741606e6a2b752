import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { follow } from './oidc-provider.ts';

/** Somebody with an account at the counterpart. */
export interface GithubPerson {
  id: number;
  login: string;
  emails: { email: string; primary: boolean; verified: boolean }[];
  organisations?: string[];
  /** `organisation/team`. */
  teams?: string[];
}

/**
 * What GitHub's documents say of an Enterprise Server, on loopback; github.com is the same with its API at another
 * name. The pages: "Authorizing OAuth apps" (parameters, answers by `Accept`, PKCE with S256, a code counts once),
 * "Troubleshooting OAuth app access token request errors" (faults come with status 200), "Scopes for OAuth apps", and
 * of the REST API "Get the authenticated user", "List email addresses for the authenticated user", "List organizations
 * for the authenticated user", "List teams for the authenticated user", "User agent required", "Pagination".
 */
export interface LabGithub {
  address: string;
  client: { id: string; secret: string };
  who: GithubPerson;
  /** Paths of the API that were asked for, with their parameters. */
  asked: string[];
  /** Follows the redirects of a browser. */
  visit(address: string): Promise<URL>;
  close(): void;
}

interface Given {
  challenge: string | null;
  redirectUri: string;
  scope: string;
}

export const openGithub = async (redirectUri: string): Promise<LabGithub> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lab: LabGithub = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    client: { id: 'Iv1.lab', secret: 'a secret of the lab’s GitHub' },
    who: { id: 583231, login: 'ada-l', emails: [{ email: 'ada@example.org', primary: true, verified: true }] },
    asked: [],
    visit: (address) => follow(address, redirectUri),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const [codes, tokens] = [new Map<string, Given>(), new Map<string, string>()];
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', lab.address);
    if (url.pathname === '/login/oauth/authorize') return authorize(url.searchParams, response, lab, codes);
    if (url.pathname === '/login/oauth/access_token') {
      const sent = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
      return tell(exchange(sent, lab, codes, tokens), request.headers.accept, response);
    }
    if (url.pathname.startsWith('/api/v3/')) return api(url, request, response, lab, tokens);
    response.writeHead(404).end('Not Found');
  });
  return lab;
};

/** JSON where it is asked for, else a form; faults as well with 200. */
const tell = (answer: Record<string, string>, accept: string | undefined, response: ServerResponse): void => {
  const isJson = accept?.includes('application/json') === true;
  const type = isJson ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded; charset=utf-8';
  response.writeHead(200, { 'content-type': type });
  response.end(isJson ? JSON.stringify(answer) : String(new URLSearchParams(answer)));
};

const authorize = (
  query: URLSearchParams,
  response: ServerResponse,
  { client }: LabGithub,
  codes: Map<string, Given>,
): void => {
  if (query.get('client_id') !== client.id) return void response.writeHead(404).end('Not Found');
  const challenge = query.get('code_challenge');
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') {
    return void response.writeHead(400).end('only S256');
  }
  const code = randomUUID().replaceAll('-', '').slice(0, 20);
  const redirectUri = query.get('redirect_uri') ?? '';
  codes.set(code, { challenge, redirectUri, scope: query.get('scope') ?? '' });
  const back = new URL(redirectUri);
  back.searchParams.set('code', code);
  back.searchParams.set('state', query.get('state') ?? '');
  response.writeHead(302, { location: back.href }).end();
};

const exchange = (
  sent: URLSearchParams,
  { client }: LabGithub,
  codes: Map<string, Given>,
  tokens: Map<string, string>,
): Record<string, string> => {
  if (sent.get('client_id') !== client.id || sent.get('client_secret') !== client.secret) {
    const error_description = 'The client_id and/or client_secret passed are incorrect.';
    return { error: 'incorrect_client_credentials', error_description };
  }
  const code = sent.get('code') ?? '';
  const given = codes.get(code);
  codes.delete(code);
  const verified = createHash('sha256')
    .update(sent.get('code_verifier') ?? '')
    .digest('base64url');
  if (!given || (given.challenge !== null && given.challenge !== verified)) {
    return { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' };
  }
  if (sent.get('redirect_uri') !== given.redirectUri) {
    return { error: 'redirect_uri_mismatch', error_description: 'The redirect_uri MUST match the registered one.' };
  }
  const token = `gho_${randomUUID().replaceAll('-', '')}`;
  tokens.set(token, given.scope);
  return { access_token: token, scope: given.scope.replaceAll(' ', ','), token_type: 'bearer' };
};

const api = (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  lab: LabGithub,
  tokens: Map<string, string>,
): void => {
  const say = (status: number, body: unknown) =>
    void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  const path = url.pathname.slice('/api/v3'.length);
  lab.asked.push(path + url.search);
  if (!request.headers['user-agent']) return say(403, { message: 'Request forbidden by administrative rules.' });
  if (path === '/') return say(200, { current_user_url: `${lab.address}/api/v3/user` });
  const scope = tokens.get(/^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  if (scope === undefined) return say(401, { message: 'Bad credentials' });
  const may = (one: string) => scope.split(' ').includes(one);
  const { id, login, emails, organisations = [], teams = [] } = lab.who;
  if (path === '/user') return say(200, { id, login, email: null, type: 'User' });
  if (path === '/user/emails' && may('user:email')) return say(200, emails);
  if (path === '/user/orgs' && may('read:org'))
    return say(
      200,
      paged(organisations, url).map((name) => ({ login: name })),
    );
  if (path === '/user/teams' && may('read:org')) {
    const named = paged(teams, url).map((team) => team.split('/'));
    return say(
      200,
      named.map(([organisation, slug]) => ({ slug, organization: { login: organisation } })),
    );
  }
  say(404, { message: 'Not Found' });
};

const paged = <T>(items: T[], { searchParams }: URL): T[] => {
  const size = Math.min(100, Number(searchParams.get('per_page') ?? 30));
  const page = Number(searchParams.get('page') ?? 1);
  return items.slice((page - 1) * size, page * size);
};
