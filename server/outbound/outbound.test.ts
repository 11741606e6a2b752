import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { reachOf } from './addresses.ts';
import { Outbound, OutboundError } from './index.ts';

const server = createServer();
let url: string;
let asked: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];

const answers: Record<string, (response: ServerResponse) => void> = {
  '/ok': (response) => response.writeHead(201, { 'x-made': 'yes' }).end('made'),
  '/away': (response) => response.writeHead(302, { location: '/ok' }).end(),
  '/long': (response) => response.end('x'.repeat(1_000_000)),
  '/silent': () => undefined,
  '/cut': (response) => response.destroy(),
};

before(async () => {
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const chunks = await request.toArray();
    asked.push({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() });
    answers[request.url ?? '']?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const open = new Outbound(() => true);
const closed = new Outbound(() => false);

const failing = async (sending: Promise<unknown>): Promise<OutboundError> => {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof OutboundError, String(error));
  return error;
};

test('a request comes as it was meant, and the answer is told', async () => {
  asked = [];
  const headers = { 'x-token': 'abc', 'content-type': 'text/plain' };
  const answer = await open.send({ url: `${url}/ok`, method: 'POST', headers, body: 'grüße' });
  assert.deepEqual([answer.status, answer.headers['x-made'], answer.body], [201, 'yes', 'made']);
  const [only] = asked;
  assert.deepEqual([asked.length, only?.method, only?.body, only?.headers['x-token']], [1, 'POST', 'grüße', 'abc']);
});

test('a redirect is an answer, and is not followed', async () => {
  asked = [];
  assert.equal((await open.send({ url: `${url}/away`, method: 'GET' })).status, 302);
  assert.equal(asked.length, 1);
});

test('of a long answer no more than 64 kB is read', async () => {
  assert.equal((await open.send({ url: `${url}/long`, method: 'GET' })).body.length, 65_536);
});

test('what does not answer is given up, and may have happened', async () => {
  const error = await failing(open.send({ url: `${url}/silent`, method: 'POST', timeoutMs: 200 }));
  assert.deepEqual([error.kind, error.mayHaveHappened], ['timeout', true]);
  assert.match(error.message, /did not answer within 0.2 s/);
});

test('a connection that is broken off may have happened; one that was refused did not', async () => {
  const cut = await failing(open.send({ url: `${url}/cut`, method: 'POST' }));
  assert.deepEqual([cut.kind, cut.mayHaveHappened], ['unreachable', true]);
  const refused = await failing(open.send({ url: 'http://127.0.0.1:1/', method: 'POST' }));
  assert.deepEqual([refused.kind, refused.mayHaveHappened], ['unreachable', false]);
  assert.match(refused.message, /nothing listens there/);
});

test('a name that is not known is said to be unknown', async () => {
  const error = await failing(open.send({ url: 'http://nowhere.invalid/', method: 'GET' }));
  assert.match(error.message, /nowhere.invalid: /);
});

test('an answer that is not https to an https request is no success', async () => {
  const error = await failing(open.send({ url: url.replace('http:', 'https:'), method: 'GET' }));
  assert.equal(error.mayHaveHappened, false);
});

for (const address of ['ftp://example.org/', 'file:///etc/passwd', 'javascript:alert(1)', 'unix:/run/x', 'nothing']) {
  test(`${address} is no address to send to`, async () => {
    assert.equal((await failing(open.send({ url: address, method: 'GET' }))).kind, 'refused');
  });
}

test('this machine and its networks are out of reach until an admin allows them, by name too', async () => {
  asked = [];
  const byAddress = await failing(closed.send({ url: `${url}/ok`, method: 'GET' }));
  assert.match(byAddress.message, /an admin can allow those in the settings/);
  const byName = await failing(closed.send({ url: `${url.replace('127.0.0.1', 'localhost')}/ok`, method: 'GET' }));
  assert.match(byName.message, /localhost is (127\.0\.0\.1|::1), an address of this machine/);
  assert.equal(asked.length, 0);
});

const reaches: [address: string, reach: string][] = [
  ['169.254.169.254', 'forbidden'],
  ['0.0.0.0', 'forbidden'],
  ['224.0.0.1', 'forbidden'],
  ['255.255.255.255', 'forbidden'],
  ['::', 'forbidden'],
  ['fe80::1', 'forbidden'],
  ['ff02::1', 'forbidden'],
  ['fd00:ec2::254', 'forbidden'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['::ffff:a9fe:a9fe', 'forbidden'],
  ['64:ff9b::a9fe:a9fe', 'forbidden'],
  ['64:ff9b:1::a9fe:a9fe', 'forbidden'],
  ['::a9fe:a9fe', 'forbidden'],
  ['2002:a9fe:a9fe::1', 'forbidden'],
  ['2001:0:a9fe:a9fe::1', 'forbidden'],
  ['fec0::1', 'forbidden'],
  ['fe80::1%eth0', 'forbidden'],
  ['100.100.100.200', 'forbidden'],
  ['168.63.129.16', 'forbidden'],
  ['fd20:ce::254', 'forbidden'],
  ['::ffff:100.100.100.200', 'forbidden'],
  ['::7f00:1', 'private'],
  ['127.0.0.1', 'private'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['::1', 'private'],
  ['fd12::1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['8.8.8.8', 'public'],
  ['2606:4700::1111', 'public'],
];
for (const [address, reach] of reaches) {
  test(`${address} is ${reach}`, () => assert.equal(reachOf(address), reach));
}

test('metadata services stay out of reach also where private addresses are allowed, however they are written', async () => {
  for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '2852039166', '0xa9fea9fe']) {
    assert.equal((await failing(open.send({ url: `http://${host}/latest`, method: 'GET' }))).kind, 'refused', host);
  }
});

test('what is confidential goes by plain http to this machine and its networks only', async () => {
  const secret = { method: 'GET', isConfidential: true };
  assert.equal((await open.send({ ...secret, url: `${url}/ok` })).status, 201);
  const error = await failing(open.send({ ...secret, url: 'http://8.8.8.8/', timeoutMs: 200 }));
  assert.deepEqual([error.kind, error.mayHaveHappened], ['refused', false]);
  assert.match(error.message, /needs https/);
});
