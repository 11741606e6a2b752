import { createSign, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CertificateAuthority } from './certificates.ts';
import type { RegistryAuth } from './registry.ts';
import { registryAccount } from './registry.ts';

/** One request for a token as it came. */
export interface TokenRequest {
  scope: string | null;
  service: string | null;
  /** Null: as nobody. */
  username: string | null;
}

/**
 * A token server as the distribution project specifies it
 * (https://distribution.github.io/distribution/spec/auth/token/ and …/spec/auth/jwt/): it signs what it grants, and the
 * registry believes its certificate. Nobody may pull from `public/…`, and who has the account from everywhere.
 */
export interface TokenServer {
  url: string;
  asked: TokenRequest[];
  /** For the registry that is to believe it. */
  auth: RegistryAuth;
  close(): void;
}

const issuer = 'chrontainer-lab';
const service = 'lab-registry';

export const openTokenServer = async (): Promise<TokenServer> => {
  const authority = new CertificateAuthority('Tokens');
  const pair = authority.issue('issuer', { for: 'server', names: 'DNS:localhost' });
  const asked: TokenRequest[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const account = accountOf(request.headers.authorization);
    const scope = searchParams.get('scope');
    asked.push({ scope, service: searchParams.get('service'), username: account?.username ?? null });
    const isKnown = account?.username === registryAccount.username && account.password === registryAccount.password;
    if (account && !isKnown) return response.writeHead(401).end();
    const token = sign(pair, account?.username ?? '', granted(scope, isKnown));
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ token, expires_in: 300 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    auth: { token: { realm: `${url}/token`, service, issuer, rootcertbundle: authority.certificateFile } },
    close: () => {
      server.closeAllConnections();
      server.close();
      authority.close();
    },
  };
};

const accountOf = (header: string | undefined): { username: string; password: string } | null => {
  const [, encoded] = /^Basic (.+)$/.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const at = text.indexOf(':');
  return { username: text.slice(0, at), password: text.slice(at + 1) };
};

/** What is asked for as far as it is allowed: the specification grants less in silence. */
const granted = (scope: string | null, isKnown: boolean): object[] => {
  const [, type, name = '', actions = ''] = /^([a-z]+):(.+):([a-z,*]+)$/.exec(scope ?? '') ?? [];
  if (type !== 'repository' || !(isKnown || name.startsWith('public/'))) return [];
  return [{ type, name, actions: actions.split(',') }];
};

const sign = (
  { certificate, key }: { certificate: string; key: string },
  subject: string,
  access: object[],
): string => {
  const seconds = Math.floor(Date.now() / 1000);
  const chain = certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const claims = { iss: issuer, sub: subject, aud: service, exp: seconds + 300, nbf: seconds - 10, iat: seconds };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ES256', x5c: [chain] })}.${part({ ...claims, jti: randomUUID(), access })}`;
  const signature = createSign('sha256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
};
