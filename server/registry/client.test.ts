import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CertificateAuthority } from '../../lab/certificates.ts';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { freePort } from '../../lab/free-port.ts';
import { openReceiver } from '../../lab/receiver.ts';
import type { GuardedRegistry, Registry } from '../../lab/registry.ts';
import { openRegistry, registryAccount, writeAccounts } from '../../lab/registry.ts';
import type { TokenServer } from '../../lab/token-server.ts';
import { openTokenServer } from '../../lab/token-server.ts';
import { systemClock, TestClock } from '../clock/index.ts';
import { Outbound } from '../outbound/index.ts';
import type { RegistryPlace } from './index.ts';
import { parseReference, plainPlace, RegistryClient, RegistryError } from './index.ts';

let engine: LabEngine;
let registry: Registry;
let byPassword: GuardedRegistry;
let byToken: GuardedRegistry;
let tokens: TokenServer;
const folder = mkdtempSync(join(tmpdir(), 'chr-accounts-'));

/** One real registry with three doors: open, by name and password, and by tokens. */
before(async () => {
  [engine, registry, tokens] = await Promise.all([
    freePort().then((port) => privateEngine({ port, network: true })),
    openRegistry(),
    openTokenServer(),
  ]);
  await registry.push(engine, 'tiny:1', 'public/tiny:1');
  await registry.push(engine, 'tiny:1', 'private/tiny:1');
  byPassword = await registry.guarded({ htpasswd: { realm: 'lab', path: writeAccounts(folder) } });
  byToken = await registry.guarded(tokens.auth);
});
after(async () => {
  await Promise.all([byPassword.close(), byToken.close()]);
  await registry.close();
  await engine.close();
  tokens.close();
  rmSync(folder, { recursive: true });
});

const open = new Outbound(() => true);
const clientOf = (place: Partial<RegistryPlace> = {}, clock = systemClock) =>
  new RegistryClient({ clock, outbound: open, placeOf: (host) => ({ ...plainPlace(host), ...place }) });
const named = (text: string) => {
  const reference = parseReference(text);
  assert.ok(reference, text);
  return reference;
};
const failing = async (asking: Promise<unknown>): Promise<RegistryError> => {
  const error = await asking.then(
    (answer) => assert.fail(`it answered ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RegistryError, String(error));
  return error;
};

/** The engine's own word for what it pushed. */
const pushedDigest = async (name: string): Promise<string> => {
  const { json } = await engine.request('GET', `/images/${name}/json`);
  const { RepoDigests } = json as { RepoDigests: string[] };
  const repository = name.slice(0, name.lastIndexOf(':'));
  return RepoDigests.find((one) => one.startsWith(`${repository}@`))?.split('@')[1] ?? '';
};

test('a digest costs one request to an open registry, and is what the engine knows', async () => {
  const client = clientOf();
  const digest = await client.digest(named(registry.nameOf('public/tiny:1')));
  assert.equal(digest, await pushedDigest(registry.nameOf('public/tiny:1')));
  assert.equal(client.requests, 1);
});

test('what is kept under a digest is read: an image with its configuration, which is the ID that the engine gives it', async () => {
  const client = clientOf();
  const reference = named(registry.nameOf('public/tiny:1'));
  const manifest = await client.manifest(reference, await client.digest(reference));
  const { json } = await engine.request('GET', '/images/tiny:1/json');
  assert.deepEqual(manifest, { kind: 'image', configDigest: (json as { Id: string }).Id });
});

test('what is not there is said not to be there', async () => {
  const error = await failing(clientOf().digest(named(registry.nameOf('public/nothing:1'))));
  assert.equal(error.fault, 'not_found');
  assert.match(error.message, /has no public\/nothing:1/);
});

test('with a name and a password one comes in where those are asked for, from the second time by one request', async () => {
  const client = clientOf({ account: registryAccount });
  const reference = named(byPassword.nameOf('private/tiny:1'));
  assert.equal(await client.digest(reference), await pushedDigest(registry.nameOf('private/tiny:1')));
  assert.equal(client.requests, 2);
  await client.digest(reference);
  assert.equal(client.requests, 3);
});

test('without credentials, and with wrong ones, one is told so', async () => {
  const reference = named(byPassword.nameOf('private/tiny:1'));
  const without = await failing(clientOf().digest(reference));
  assert.deepEqual([without.fault, /wants credentials/.test(without.message)], ['denied', true]);
  const wrong = await failing(clientOf({ account: { username: 'ada', password: 'wrong' } }).digest(reference));
  assert.equal(wrong.fault, 'denied');
});

test('a token is fetched as nobody where no credentials are stored, for the one repository, and is used again', async () => {
  tokens.asked.length = 0;
  const client = clientOf();
  const reference = named(byToken.nameOf('public/tiny:1'));
  assert.equal(await client.digest(reference), await pushedDigest(registry.nameOf('public/tiny:1')));
  await client.digest(reference);
  assert.deepEqual(tokens.asked, [{ scope: 'repository:public/tiny:pull', service: 'lab-registry', username: null }]);
  assert.equal(client.requests, 4);
});

test('what is private needs the account, whose credentials go to the token server that was approved', async () => {
  const reference = named(byToken.nameOf('private/tiny:1'));
  assert.equal((await failing(clientOf().digest(reference))).fault, 'denied');
  tokens.asked.length = 0;
  const client = clientOf({ account: registryAccount, realm: tokens.url });
  assert.equal(await client.digest(reference), await pushedDigest(registry.nameOf('private/tiny:1')));
  assert.deepEqual(tokens.asked, [{ scope: 'repository:private/tiny:pull', service: 'lab-registry', username: 'ada' }]);
});

test('to a token server that nobody approved no credentials go, and it is named', async () => {
  tokens.asked.length = 0;
  const error = await failing(clientOf({ account: registryAccount }).digest(named(byToken.nameOf('private/tiny:1'))));
  assert.deepEqual([error.fault, error.realm], ['realm', tokens.url]);
  assert.deepEqual(tokens.asked, []);
});

test('wrong credentials are refused by the token server, and that is said', async () => {
  const account = { username: 'ada', password: 'wrong' };
  const client = clientOf({ account, realm: tokens.url });
  const error = await failing(client.digest(named(byToken.nameOf('private/tiny:1'))));
  assert.deepEqual([error.fault, /does not take the credentials/.test(error.message)], ['denied', true]);
});

test('a private registry is not asked until an admin allows addresses of the network', async () => {
  const client = new RegistryClient({ clock: systemClock, outbound: new Outbound(() => false), placeOf: plainPlace });
  const error = await failing(client.digest(named(registry.nameOf('public/tiny:1'))));
  assert.deepEqual([error.fault, /an admin can allow those/.test(error.message)], ['refused', true]);
});

test('plain http is never spoken to a public address, also where somebody chose it', async () => {
  const error = await failing(clientOf({ insecure: true }).digest(named('8.8.8.8:5000/web:1')));
  assert.deepEqual([error.fault, /needs https/.test(error.message)], ['refused', true]);
});

/** A way to one of the real registry's doors. */
const onward = (port: number, incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const { method, headers, url: path } = incoming;
  const on = request({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  on.end();
};

/** A proxy in front of the real registry that refuses HEAD, as some gateways do. */
const withoutHead = async () => {
  const methods: string[] = [];
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    methods.push(incoming.method ?? '');
    if (incoming.method === 'HEAD') return outgoing.writeHead(405).end();
    return onward(registry.port, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, methods, port: (server.address() as AddressInfo).port };
};

test('where HEAD is refused GET is asked, and the digest is that of what comes', async () => {
  const { server, methods, port } = await withoutHead();
  try {
    const digest = await clientOf().digest(named(`127.0.0.1:${port}/public/tiny:1`));
    assert.equal(digest, await pushedDigest(registry.nameOf('public/tiny:1')));
    assert.deepEqual(methods, ['HEAD', 'GET']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('after 429 nothing is sent before the time that Retry-After names, neither for other images there', async () => {
  // https://docs.docker.com/docker-hub/usage/: 429, with Retry-After in seconds or as a date (RFC 9110, 10.2.3).
  const receiver = await openReceiver();
  const clock = new TestClock();
  const client = clientOf({}, clock);
  const host = new URL(receiver.url).host;
  receiver.answer = { status: 429, headers: { 'retry-after': '120' } };
  const first = await failing(client.digest(named(`${host}/one:1`)));
  assert.deepEqual([first.fault, first.untilMs], ['limited', clock.now() + 120_000]);
  receiver.answer = { status: 200, headers: { 'docker-content-digest': `sha256:${'ab'.repeat(32)}` } };
  assert.equal((await failing(client.digest(named(`${host}/two:1`)))).fault, 'limited');
  assert.equal(receiver.received.length, 1);
  await clock.advance(120_001);
  assert.equal(await client.digest(named(`${host}/two:1`)), `sha256:${'ab'.repeat(32)}`);
  const date = new Date(clock.now() + 3_600_000);
  date.setMilliseconds(0);
  receiver.answer = { status: 503, headers: { 'retry-after': date.toUTCString() } };
  assert.equal((await failing(client.digest(named(`${host}/two:1`)))).untilMs, date.getTime());
  receiver.close();
});

test('a redirect leads to public addresses over https only, and nothing is sent elsewhere', async () => {
  const [from, to] = await Promise.all([openReceiver(), openReceiver()]);
  const client = clientOf({ account: registryAccount });
  for (const location of [
    `${to.url}/v2/x/manifests/1`,
    `${to.url.replace('http:', 'https:')}/v2/x/manifests/1`,
    '/v2/',
  ]) {
    from.answer = { status: 307, headers: { location } };
    assert.equal((await failing(client.digest(named(`${new URL(from.url).host}/x:1`)))).fault, 'refused', location);
  }
  assert.equal(to.received.length, 0);
  from.close();
  to.close();
});

test('a name for another registry is followed there, with a token as nobody and without our credentials', async () => {
  const authority = new CertificateAuthority('Elsewhere');
  const pair = authority.issue('elsewhere', { for: 'server', names: 'IP:127.0.0.1' });
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.certificate]);
  const sent: (string | undefined)[] = [];
  const there = createTlsServer({ cert: pair.certificate, key: pair.key }, (incoming, outgoing) => {
    sent.push(incoming.headers.authorization?.split(' ')[0]);
    onward(byToken.port, incoming, outgoing);
  });
  await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve));
  const alias = await openReceiver();
  const base = `https://127.0.0.1:${(there.address() as AddressInfo).port}`;
  alias.answer = { status: 307, headers: { location: `${base}/v2/public/tiny/manifests/1` } };
  tokens.asked.length = 0;
  try {
    const client = new RegistryClient({
      ...{ clock: systemClock, outbound: open, abroad: open },
      placeOf: (host) => ({ ...plainPlace(host), account: registryAccount }),
    });
    const digest = await client.digest(named(`${new URL(alias.url).host}/tiny:1`));
    assert.equal(digest, await pushedDigest(registry.nameOf('public/tiny:1')));
    assert.deepEqual(sent, [undefined, 'Bearer']);
    assert.deepEqual(
      tokens.asked.map(({ username }) => username),
      [null],
    );
  } finally {
    setDefaultCACertificates(before);
    alias.close();
    there.closeAllConnections();
    there.close();
    authority.close();
  }
});

test('what is no manifest, or another one than was asked for, is not believed', async () => {
  const receiver = await openReceiver();
  receiver.answer = { status: 200, body: '{"manifests":[]}' };
  const reference = named(`${new URL(receiver.url).host}/x:1`);
  const error = await failing(clientOf().manifest(reference, `sha256:${'ab'.repeat(32)}`));
  assert.deepEqual([error.fault, /something else/.test(error.message)], ['odd', true]);
  receiver.close();
});
