import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { idParam } from '../../contract/index.ts';
import { ChrontainerError } from '../errors/index.ts';
import type { Refusal, Route } from '../http/index.ts';
import { route } from '../http/index.ts';
import type { Scenario } from '../scenario.ts';
import { openScenario, problemOf, testTable, withScenario } from '../scenario.ts';

const refusals: Refusal[] = [];
const thing = v.strictObject({ name: v.pipe(v.string(), v.minLength(1)), size: v.optional(v.number()) });
const base = { summary: 'A test', tag: 'Test' };
const testRoutes: Route[] = [
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/open',
    access: 'public',
    answers: { 200: v.object({ address: v.string(), isSecure: v.boolean() }) },
    handle: ({ address, isSecure }) => ({ body: { address, isSecure } }),
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/things',
    access: 'view',
    query: v.strictObject({ q: v.optional(v.string()) }),
    answers: { 200: v.array(v.string()) },
    handle: () => ({ body: Array<string>(500).fill('a thing') }),
  }),
  route({
    ...base,
    method: 'POST',
    path: '/api/v1/things',
    access: 'operate',
    body: thing,
    answers: { 201: thing },
    handle: ({ body }) => ({ status: 201, body }),
  }),
  route({
    ...base,
    method: 'POST',
    path: '/api/v1/things/count',
    access: 'operate',
    answers: { 200: v.number() },
    handle: () => ({ body: 0 }),
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/things/{id}',
    access: 'view',
    params: v.object({ id: idParam }),
    answers: { 200: v.number() },
    handle: ({ params }) => ({ body: params.id }),
  }),
  route({
    ...base,
    method: 'DELETE',
    path: '/api/v1/things/{id}',
    access: 'hosts',
    params: v.object({ id: idParam }),
    answers: { 204: null },
    handle: () => ({ status: 204 }),
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/broken',
    access: 'view',
    answers: { 200: null },
    handle: () => {
      throw new Error('secret detail in /etc/passwd');
    },
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/failing',
    access: 'view',
    answers: { 200: null },
    handle: () => {
      throw new ChrontainerError('CHR_ENGINE_ERROR', 'The engine said no.', { cause: new Error('raw engine words') });
    },
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/lying',
    access: 'view',
    answers: { 200: v.object({ a: v.number() }) },
    handle: () => ({ body: { a: 1, secret: 2 } }),
  }),
];
let scenario: Scenario;
before(async () => {
  scenario = await openScenario({ routes: () => testRoutes, onRefused: (refusal) => refusals.push(refusal) });
});
after(() => scenario.close());

const post = 'POST /api/v1/things';
const body = { name: 'web' };
const nested = (levels: number) => `${'{"name":'.repeat(levels)}1${'}'.repeat(levels)}`;

testTable(
  () => scenario,
  [
    { name: 'needs a sign-in', as: 'nobody', call: 'GET /api/v1/things', status: 401, code: 'CHR_UNAUTHENTICATED' },
    { name: 'lets a viewer look', as: 'viewer', call: 'GET /api/v1/things', status: 200 },
    { name: 'needs a sign-in, before the body is looked at', as: 'nobody', call: post, raw: 'not json', status: 401 },
    {
      name: 'keeps a viewer from acting, and tells which right is missing',
      as: 'viewer',
      call: post,
      body,
      status: 403,
      code: 'CHR_FORBIDDEN',
      check: () =>
        assert.deepEqual([refusals.at(-1)?.caller.username, refusals.at(-1)?.path], ['viewer', '/api/v1/things']),
    },
    {
      name: 'lets an operator act',
      as: 'operator',
      call: post,
      body,
      status: 201,
      check: ({ json }) => assert.deepEqual(json, body),
    },
    { name: "keeps an operator from what is an admin's", as: 'operator', call: 'DELETE /api/v1/things/7', status: 403 },
    {
      name: 'answers 204 without a body',
      as: 'admin',
      call: 'DELETE /api/v1/things/7',
      status: 204,
      check: ({ text }) => assert.equal(text, ''),
    },
    { name: 'is not there', as: 'admin', call: 'GET /api/v1/nothing', status: 404, code: 'CHR_NOT_FOUND' },
    { name: 'is not there', as: 'nobody', call: 'GET /webhook/nothing', status: 404, code: 'CHR_NOT_FOUND' },
    {
      name: 'tells which methods there are',
      as: 'admin',
      call: 'PUT /api/v1/things',
      status: 405,
      code: 'CHR_METHOD_NOT_ALLOWED',
      check: ({ headers }) => assert.equal(headers.allow, 'GET, POST, HEAD'),
    },
    { name: 'is a literal path, not a thing called count', as: 'admin', call: 'GET /api/v1/things/count', status: 405 },
    {
      name: 'answers nobody from elsewhere by CORS',
      as: 'admin',
      call: 'OPTIONS /api/v1/things',
      headers: { Origin: 'https://evil.example' },
      status: 405,
      check: ({ headers }) => assert.equal(headers['access-control-allow-origin'], undefined),
    },
    {
      name: 'answers with headers only',
      as: 'viewer',
      call: 'HEAD /api/v1/things',
      status: 200,
      check: ({ text }) => assert.equal(text, ''),
    },
    {
      name: 'names faults of path and query at once',
      as: 'admin',
      call: 'GET /api/v1/things/x?y=1',
      status: 400,
      faults: ['id', 'y'],
    },
    {
      name: 'names a parameter that came twice',
      as: 'admin',
      call: 'GET /api/v1/things?q=1&q=2',
      status: 400,
      faults: ['q'],
    },
    { name: 'names an unknown parameter', as: 'admin', call: 'GET /api/v1/things?p=1', status: 400, faults: ['p'] },
    {
      name: 'names every faulty field',
      as: 'admin',
      call: post,
      body: { name: '', size: 'big', extra: 1, more: 2 },
      status: 400,
      faults: ['name', 'size', 'extra', 'more'],
    },
    { name: 'needs a body', as: 'admin', call: post, status: 400, faults: [''] },
    {
      name: 'refuses a body where none belongs',
      as: 'admin',
      call: 'POST /api/v1/things/count',
      body: { a: 1 },
      status: 400,
      faults: [''],
    },
    {
      name: 'takes an empty object where no body belongs',
      as: 'admin',
      call: 'POST /api/v1/things/count',
      body: {},
      status: 200,
    },
    {
      name: 'refuses a form',
      as: 'admin',
      call: post,
      raw: 'name=web',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      status: 415,
      code: 'CHR_WRONG_CONTENT_TYPE',
    },
    {
      name: 'refuses text, which a page elsewhere may send',
      as: 'admin',
      call: post,
      raw: '{"name":"web"}',
      headers: { 'Content-Type': 'text/plain' },
      status: 415,
    },
    {
      name: 'refuses a compressed body',
      as: 'admin',
      call: post,
      raw: 'x',
      headers: { 'Content-Encoding': 'gzip' },
      status: 415,
    },
    {
      name: 'says where the JSON is broken, without repeating it',
      as: 'admin',
      call: post,
      raw: '{"name": hunter2}',
      status: 400,
      code: 'CHR_MALFORMED_BODY',
      check: ({ text }) => {
        assert.match(text, /it is not JSON/);
        assert.doesNotMatch(text, /hunter2/);
      },
    },
    {
      name: 'refuses what is not UTF-8',
      as: 'admin',
      call: post,
      raw: Buffer.from([0x22, 0xff, 0x22]),
      status: 400,
      code: 'CHR_MALFORMED_BODY',
    },
    { name: 'refuses deep nesting', as: 'admin', call: post, raw: nested(40), status: 400, code: 'CHR_MALFORMED_BODY' },
    {
      name: 'survives very deep nesting',
      as: 'admin',
      call: post,
      raw: '['.repeat(200_000) + ']'.repeat(200_000),
      status: 400,
      code: 'CHR_MALFORMED_BODY',
    },
    {
      name: "refuses a member that would change an object's nature",
      as: 'admin',
      call: post,
      raw: '{"name":"web","__proto__":{"isAdmin":true}}',
      status: 400,
      code: 'CHR_MALFORMED_BODY',
    },
    {
      name: 'refuses half of a character, which no database keeps as it is',
      as: 'admin',
      call: post,
      raw: '{"name":"web\\ud800"}',
      status: 400,
      code: 'CHR_MALFORMED_BODY',
    },
    { name: 'takes a whole one', as: 'admin', call: post, raw: '{"name":"\\ud83d\\udc0b"}', status: 201 },
    { name: 'takes a megabyte', as: 'admin', call: post, body: { name: 'x'.repeat(1024 * 1024 - 11) }, status: 201 },
    {
      name: 'refuses more than a megabyte',
      as: 'admin',
      call: post,
      body: { name: 'x'.repeat(1024 * 1024) },
      status: 413,
      code: 'CHR_BODY_TOO_LARGE',
    },
    {
      name: 'hides what went wrong, and gives a request ID that stands in the log',
      as: 'viewer',
      call: 'GET /api/v1/broken',
      status: 500,
      code: 'CHR_INTERNAL',
      check: (reply, { logged }) => {
        assert.doesNotMatch(reply.text, /secret|passwd|\.ts|at /);
        const { requestId } = problemOf(reply);
        assert.equal(reply.headers['x-request-id'], requestId);
        assert.ok(logged.some((line) => line.includes(requestId) && line.includes('secret detail')));
      },
    },
    {
      name: 'keeps the raw cause of a known error to the log',
      as: 'viewer',
      call: 'GET /api/v1/failing',
      status: 502,
      code: 'CHR_ENGINE_ERROR',
      check: ({ text }, { logged }) => {
        assert.doesNotMatch(text, /raw engine/);
        assert.match(logged.join(''), /raw engine words/);
      },
    },
    {
      name: 'fails in tests when it answers what it did not declare',
      as: 'viewer',
      call: 'GET /api/v1/lying',
      status: 500,
    },
    {
      name: 'ignores an invented address',
      as: 'nobody',
      call: 'GET /api/v1/open',
      headers: { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' },
      status: 200,
      check: ({ json }) => assert.deepEqual(json, { address: '127.0.0.1', isSecure: false }),
    },
  ],
);

const sites: [name: string, headers: Record<string, string>, isTaken: boolean][] = [
  ['a browser on our own page', { 'Sec-Fetch-Site': 'same-origin', Origin: 'http://127.0.0.1' }, true],
  ['an address typed by the user', { 'Sec-Fetch-Site': 'none' }, true],
  ['another site', { 'Sec-Fetch-Site': 'cross-site' }, false],
  [
    'another name of the same domain',
    { 'Sec-Fetch-Site': 'same-site', Host: 'a.example.org', Origin: 'http://b.example.org' },
    false,
  ],
  ['another site on a plain http connection', { Origin: 'http://evil.example' }, false],
  ['another port of this host', { Host: '127.0.0.1:5000', Origin: 'http://127.0.0.1:6000' }, false],
  ['a sandboxed frame or a file', { Origin: 'null' }, false],
  ['our own page on a plain http connection', { Host: '192.168.1.5:5000', Origin: 'http://192.168.1.5:5000' }, true],
  ['our own page behind a proxy that ends TLS', { Host: 'chron.example', Origin: 'https://chron.example' }, true],
  [
    'our own page with the port of its scheme spelled out',
    { Host: 'chron.example:443', Origin: 'https://chron.example' },
    true,
  ],
  ['an unusable Origin', { Origin: 'garbage', Host: 'also garbage' }, false],
  ['a script, which sends neither', {}, true],
];
for (const [name, headers, isTaken] of sites) {
  test(`an unsafe call from ${name} is ${isTaken ? 'taken' : 'refused'}`, async () => {
    const reply = await scenario.ask('admin', post, { body, headers });
    const isUnreadable = headers['Host'] === 'also garbage';
    assert.equal(reply.status, isTaken ? 201 : isUnreadable ? 400 : 403, reply.text);
  });
}

test('every kind of answer carries the headers that protect the browser', async () => {
  for (const call of [
    'GET /api/v1/things',
    'GET /api/v1/nothing',
    'GET /',
    'GET /assets/none.js',
    'POST /api/v1/things',
  ]) {
    const { headers } = await scenario.ask('viewer', call, { headers: { Accept: 'text/html' } });
    assert.equal(
      headers['content-security-policy'],
      "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      call,
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['strict-transport-security'], undefined, 'plain http');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-powered-by'], undefined);
  }
});

test('https, told by a trusted proxy, adds HSTS', async () => {
  await withScenario({ trustProxy: { kind: 'hops', count: 1 } }, async (own) => {
    const { headers } = await own.ask('nobody', 'GET /api/v1/setup', { headers: { 'X-Forwarded-Proto': 'https' } });
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
  });
});

test('a list is compressed for who takes it, and a short answer is not', async () => {
  const packed = await scenario.ask('viewer', 'GET /api/v1/things', {
    headers: { 'Accept-Encoding': 'gzip, deflate, br' },
  });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.equal(packed.headers.vary, 'Accept-Encoding');
  assert.equal(JSON.parse(gunzipSync(packed.bytes).toString()).length, 500);
  for (const [call, accept] of [
    ['GET /api/v1/things', 'gzip;q=0'],
    ['GET /api/v1/things', 'br'],
    ['GET /api/v1/open', 'gzip'],
  ]) {
    const plain = await scenario.ask('viewer', call ?? '', { headers: { 'Accept-Encoding': accept ?? '' } });
    assert.equal(plain.headers['content-encoding'], undefined);
  }
});

test('a body larger than it says, or of no said length, is cut off at a megabyte', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = {
      Cookie: scenario.cookieOf('admin') ?? '',
      'Content-Type': 'application/json',
      'Transfer-Encoding': 'chunked',
    };
    const outgoing = request(
      { host: '127.0.0.1', port: scenario.port, method: 'POST', path: '/api/v1/things', headers, agent: false },
      (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode ?? 0);
      },
    );
    outgoing.once('error', reject);
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer')));
    for (let i = 0; i < 17; i++) outgoing.write('x'.repeat(65_536));
  });
  assert.equal(status, 413);
});

test('a request that is no HTTP, or has no usable host, gets a 400 and harms nothing', async () => {
  const answerTo = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(scenario.port, '127.0.0.1', () => socket.end(text));
      socket.on('data', (chunk) => (answer += chunk));
      socket.once('close', () => resolve(answer));
      socket.once('error', reject);
    });
  assert.match(await answerTo('nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.match(
    await answerTo('GET /api/v1/open HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'),
    /^HTTP\/1\.1 400/,
  );
  assert.match(await answerTo('GET /api/v1/open HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.equal((await scenario.ask('nobody', 'GET /api/v1/open')).status, 200);
});

test('whoever sends a request too slowly, or says nothing, is let go within 20 seconds', async () => {
  const endOf = (first: string) =>
    new Promise<number>((resolve) => {
      const startedAt = performance.now();
      const socket = connect(scenario.port, '127.0.0.1', () => void (first && socket.write(first)));
      const drip = setInterval(() => first && socket.write('X: y\r\n'), 1_000);
      socket.resume().on('error', () => undefined);
      socket.once('close', () => {
        clearInterval(drip);
        resolve(performance.now() - startedAt);
      });
    });
  const took = await Promise.all([endOf(''), endOf('GET /api/v1/open HTTP/1.1\r\nHost: a\r\n')]);
  for (const ms of took) assert.ok(ms < 21_000, `${ms} ms`);
});

test('headers of a proxy that is not trusted are mentioned in the log, once', async () => {
  for (let i = 0; i < 2; i++) {
    await scenario.ask('nobody', 'GET /api/v1/open', { headers: { 'X-Forwarded-For': '1.2.3.4' } });
  }
  assert.equal(scenario.logged.filter((line) => line.includes('set TRUST_PROXY')).length, 1);
});

test('with FORCE_HTTPS reading is sent on to https, acting is refused, and /health stays open', async () => {
  const health = route({
    ...base,
    method: 'GET',
    path: '/health',
    access: 'public',
    answers: { 200: v.string() },
    handle: () => ({ body: 'ok' }),
  });
  await withScenario(
    {
      forceHttps: true,
      baseUrl: 'https://chron.example',
      routes: () => [health],
      trustProxy: { kind: 'hops', count: 1 },
    },
    async (own) => {
      const page = await own.ask('nobody', 'GET /schedules?q=1');
      assert.deepEqual([page.status, page.headers.location], [308, 'https://chron.example/schedules?q=1']);
      const whole = await own.ask('nobody', 'GET http://evil.example/schedules');
      assert.equal(whole.headers.location, 'https://chron.example/schedules');
      assert.equal((await own.ask('nobody', 'POST /api/v1/session', { body: {} })).status, 403);
      assert.equal((await own.ask('nobody', 'GET /health')).status, 200);
      assert.equal(
        (await own.ask('nobody', 'GET /api/v1/setup', { headers: { 'X-Forwarded-Proto': 'https' } })).status,
        200,
      );
    },
  );
});

test('with BASE_URL its origin is ours, whatever host the proxy asks for', async () => {
  await withScenario({ baseUrl: 'https://chron.example', routes: () => testRoutes }, async (own) => {
    const ask = (Origin: string) => own.ask('admin', post, { body, headers: { Origin, Host: 'inside:5000' } });
    assert.equal((await ask('https://chron.example')).status, 201);
    assert.equal((await ask('https://evil.example')).status, 403);
  });
});
