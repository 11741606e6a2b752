import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** What the provider says of whoever signs in. */
export interface Claims {
  sub: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
  /** The organisation, as Google tells it. */
  hd?: string;
}

/** A real OpenID provider on loopback; whoever comes is signed in as `who` and consents at once. */
export interface LabProvider {
  issuer: string;
  client: { id: string; secret: string };
  who: Claims;
  /** Follows the redirects of a browser, cookies included, until one leads to `redirectUri`. */
  visit(address: string): Promise<URL>;
  close(): void;
}

export const openProvider = async (redirectUri: string): Promise<LabProvider> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { id: 'chrontainer', secret: 'a secret of the lab, and of nothing else' };
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'hd'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/as/${uid}` },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => lab.who }),
    loadExistingGrant: async (context: { oidc: { session: { accountId: string }; client: { clientId: string } } }) => {
      const { session, client: asking } = context.oidc;
      const grant = new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email groups');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/as/')) return answer(request, response);
    await provider.interactionFinished(request, response, { login: { accountId: lab.who.sub } });
  });
  const lab: LabProvider = {
    issuer,
    client,
    who: { sub: 'u-1', email: 'ada@example.org', email_verified: true, groups: ['ops'] },
    visit: (address) => follow(address, redirectUri),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return lab;
};

/** As a browser goes: with cookies, until an address begins with `until`. */
export const follow = async (address: string, until: string): Promise<URL> => {
  const cookies = new Map<string, string>();
  let next = new URL(address);
  for (let hops = 0; hops < 10 && !next.href.startsWith(until); hops++) {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const response = await fetch(next, { redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${next.href}: ${response.status} ${await response.text()}`);
    next = new URL(location, next);
  }
  return next;
};
