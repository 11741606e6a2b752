import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as askPlainly } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from '../../contract/index.ts';
import { owner } from '../../lab/api-client.ts';
import { CertificateAuthority } from '../../lab/certificates.ts';
import { freePort } from '../../lab/free-port.ts';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import type { RunningProxy } from '../../lab/proxy.ts';
import { waitUntil } from '../../lab/wait.ts';

/** What of a recipe is another on this machine. */
export interface Setting {
  /** The proxy's own ports. */
  https: number;
  http: number;
  /** The program's. */
  program: number;
  certificateFile: string;
  keyFile: string;
}

/** A proxy with its recipe in the guide. */
export interface ProxyUnderTest {
  /** How the guide marks the recipe's language. */
  language: string;
  start(recipe: string, setting: Setting): Promise<RunningProxy>;
}

const host = 'chrontainer.example.org';
/** Where the callers are: the proxy is at 127.0.0.1. */
const home = '127.0.0.2';

interface Asking {
  to: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const authority = new CertificateAuthority('proxy');
const programs: Program[] = [];
const proxies: RunningProxy[] = [];
/** The ports of https: in front of a program that trusts the proxy, and of one that does not. */
let trusted = 0;
let untrusted = 0;
let plain = 0;

const recipeIn = (language: string): string => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/reverse-proxy.md'), 'utf8');
  return (
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? assert.fail(`the guide has no ${language}`)
  );
};

const open = async (
  { language, start }: ProxyUnderTest,
  ports: { https: number; http: number },
  env: Record<string, string>,
): Promise<void> => {
  const program = await startProgram({ env });
  programs.push(program);
  const pair = authority.issue(`proxy-${ports.https}`, { for: 'server', names: `DNS:${host}` });
  proxies.push(await start(recipeIn(language), { ...pair, ...ports, program: program.port }));
  assert.equal((await ask('POST /api/v1/setup', { to: ports.https, body: owner })).status, 201);
};

const begin = (call: string, { to, body, headers }: Asking): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const [method = '', path = ''] = call.split(' ');
    const own = { Host: host, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers };
    const place = { host: '127.0.0.1', port: to, localAddress: home, servername: host, ca: authority.certificate };
    const outgoing = request({ ...place, method, path, headers: own, agent: false }, resolve);
    outgoing.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });

const ask = async (call: string, asking: Asking) => {
  const incoming = await begin(call, asking);
  const text = Buffer.concat(await incoming.toArray()).toString();
  return { status: incoming.statusCode, headers: incoming.headers, text };
};

const signIn = async (to: number, headers: Record<string, string> = {}): Promise<string> => {
  const { status, text, headers: answered } = await ask('POST /api/v1/session', { to, body: owner, headers });
  assert.equal(status, 200, text);
  return answered['set-cookie']?.find((cookie) => cookie.includes('session=')) ?? assert.fail('no cookie');
};

const addressesOf = async (to: number, cookie: string): Promise<string[]> => {
  const { text } = await ask('GET /api/v1/me/sessions', { to, headers: { Cookie: cookie.split(';')[0] ?? '' } });
  return (JSON.parse(text) as Page<{ address: string }>).items.map((session) => session.address);
};

/** Declares the tests of a proxy, with the recipe of the guide as it stands there. One proxy a file. */
export const proveProxy = (proxy: ProxyUnderTest): void => {
  before(async () => {
    [trusted, untrusted, plain] = [await freePort(), await freePort(), await freePort()];
    await open(proxy, { https: trusted, http: plain }, { TRUST_PROXY: '127.0.0.1' });
    await open(proxy, { https: untrusted, http: await freePort() }, {});
  });
  after(async () => {
    for (const one of [...proxies, ...programs]) await one.close();
    authority.close();
  });

  provesWhoCalls();
  provesWhatPasses();
};

const provesWhoCalls = (): void => {
  test('behind a proxy with https the session cookie is a __Host- one, and the answers demand https from now on', async () => {
    const cookie = await signIn(trusted);
    assert.match(cookie, /^__Host-chrontainer_session=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    const { headers } = await ask('GET /api/v1/setup', { to: trusted });
    assert.match(String(headers['strict-transport-security']), /^max-age=/);
  });

  test('a caller has its own address, not that of the proxy, nor one that it made up', async () => {
    const cookie = await signIn(trusted, { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'http' });
    assert.match(cookie, /^__Host-/);
    assert.deepEqual([...new Set(await addressesOf(trusted, cookie))], [home]);
  });

  test('without TRUST_PROXY nothing that the proxy or a caller says is believed', async () => {
    const cookie = await signIn(untrusted, { 'X-Forwarded-For': '203.0.113.9' });
    assert.match(cookie, /^chrontainer_session=/);
    assert.doesNotMatch(cookie, /Secure/);
    assert.deepEqual([...new Set(await addressesOf(untrusted, cookie))], ['127.0.0.1']);
  });
};

const provesWhatPasses = (): void => {
  test('a page of our own may act through the proxy, and one from elsewhere may not, whatever host it makes up', async () => {
    const Cookie = (await signIn(trusted)).split(';')[0] ?? '';
    const act = (headers: Record<string, string>) =>
      ask('POST /api/v1/session/confirm', {
        to: trusted,
        body: { password: owner.password },
        headers: { Cookie, ...headers },
      });
    assert.ok(Number((await act({ Origin: `https://${host}` })).status) < 300);
    assert.equal((await act({ Origin: 'https://evil.example' })).status, 403);
    const forged = { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' };
    assert.equal((await act(forged)).status, 403);
  });

  test('events come through at once, while the answer goes on', async () => {
    const Cookie = (await signIn(trusted)).split(';')[0] ?? '';
    const stream = await begin('GET /api/v1/events', { to: trusted, headers: { Cookie } });
    assert.equal(stream.statusCode, 200);
    assert.match(String(stream.headers['content-type']), /^text\/event-stream/);
    let heard = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    const startedAt = performance.now();
    const name = 'through the proxy';
    const trigger = { kind: 'cron', expression: '0 4 * * *' };
    const made = await ask('POST /api/v1/schedules', {
      to: trusted,
      body: { name, trigger, steps: [{ action: 'wait', options: { durationMs: 1000 } }] },
      headers: { Cookie },
    });
    assert.equal(made.status, 201, made.text);
    await waitUntil('the event', 2_000, 5, () => heard.includes(name));
    assert.ok(performance.now() - startedAt < 2_000);
    stream.destroy();
  });

  test('by plain http the proxy sends on to https', async () => {
    const location = await new Promise<string | undefined>((resolve, reject) => {
      const headers = { Host: host };
      askPlainly({ host: '127.0.0.1', port: plain, path: '/runs?x=1', headers }, (incoming) => {
        incoming.resume();
        resolve(incoming.headers.location);
      })
        .once('error', reject)
        .end();
    });
    assert.equal(location, `https://${host}/runs?x=1`);
  });
};
