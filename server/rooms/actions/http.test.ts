import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import type { ActionOptions, Step } from '../../../contract/index.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { ada, Stage, targetOf } from '../../stage.ts';
import { checkStep } from './check.ts';

const server = createServer();
let url: string;
let stage: Stage;
let asked: string[] = [];
/** What the other side does with each call, by its path; a path that is not here stays without an answer. */
const answers: Record<string, (response: ServerResponse) => void> = {
  '/ok': (response) => response.writeHead(204).end(),
  '/secret': (response) => response.writeHead(200).end('the answer is nobody’s business'),
  '/teapot': (response) => response.writeHead(418).end(),
  '/broken': (response) => response.writeHead(500).end(),
  '/busy': (response) => response.writeHead(asked.length < 2 ? 503 : 200).end(),
  '/cut': (response) => response.destroy(),
};

before(async () => {
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray()).toString();
    asked.push(`${request.method} ${request.url} ${request.headers['x-token'] ?? ''} ${body}`.trim());
    answers[request.url ?? '']?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  stage = await Stage.open('unix:///nowhere/docker.sock');
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
});
after(async () => {
  await stage.close();
  server.closeAllConnections();
  server.close();
});

const call = (path: string, options: ActionOptions = {}, more: Partial<Step> = {}) => ({
  action: 'http' as const,
  options: { url: `${url}${path}`, ...options },
  ...more,
});

const called = async (path: string, options?: ActionOptions, more?: Partial<Step>) => {
  asked = [];
  const target = targetOf(await stage.run(call(path, options, more)));
  return { ...target, calls: asked };
};

test('a request goes out as it was written, and a success is told by its status alone', async () => {
  const headers = { 'x-token': 'abc' };
  const sent = await called('/ok', { method: 'POST', headers, body: '{"done":true}' });
  assert.deepEqual([sent.outcome, sent.message], ['succeeded', 'answered 204']);
  assert.deepEqual(sent.calls, ['POST /ok abc {"done":true}']);
  assert.doesNotMatch((await called('/secret')).message ?? '', /business/);
});

test('another status has failed, unless the step counts it as a success', async () => {
  const failed = await called('/teapot');
  assert.deepEqual([failed.outcome, failed.message], ['failed', 'answered 418, not 200 to 299']);
  assert.equal((await called('/teapot', { successStatuses: [418] })).outcome, 'succeeded');
});

test('what may be repeated is tried again after an error that can pass', async () => {
  assert.equal((await called('/broken', {}, { retries: 1 })).calls.length, 2);
  assert.equal((await called('/cut', { method: 'PUT' }, { retries: 1 })).calls.length, 2);
});

test('what may have happened is not sent a second time, what the other side refused is', async () => {
  assert.equal((await called('/cut', { method: 'POST' }, { retries: 3 })).calls.length, 1);
  assert.equal((await called('/broken', { method: 'POST' }, { retries: 3 })).calls.length, 1);
  const second = await called('/busy', { method: 'POST' }, { retries: 3 });
  assert.deepEqual([second.outcome, second.calls.length], ['succeeded', 2]);
});

test('a step that has a time limit gives up then', async () => {
  const late = await called('/silent', {}, { timeoutMs: 1000 });
  assert.equal(late.outcome, 'timed_out');
  assert.match(late.message ?? '', /did not answer within 1 s/);
});

test('addresses of this machine are refused until an admin allows them', async () => {
  await stage.rooms.settings.update({ allowPrivateAddresses: false }, ada);
  const refused = await called('/ok', {}, { retries: 3 });
  await stage.rooms.settings.update({ allowPrivateAddresses: true }, ada);
  assert.deepEqual([refused.outcome, refused.attempts, refused.calls.length], ['failed', 1, 0]);
  assert.match(refused.message ?? '', /an admin can allow those in the settings/);
});

/** What became of a call during which the program died. */
const crashed = async (method: 'GET' | 'POST') => {
  asked = [];
  const id = await stage.begin(call('/silent', { method }, { timeoutMs: 5000 }));
  await waitUntil('the call', 10_000, 10, () => asked.length === 1);
  await stage.crashAndReturn();
  return { run: await stage.over(id), calls: asked.length };
};

test('after a crash a request that may be repeated is sent again, and of another nobody can tell', async () => {
  assert.equal((await crashed('GET')).calls, 2);
  const { run, calls } = await crashed('POST');
  assert.deepEqual([run.outcome, calls], ['interrupted', 1]);
  assert.match(run.message ?? '', /nobody can tell whether the request had arrived/);
});

test('a step without an address, or with a body that goes nowhere, is refused with each fault', () => {
  const context = { hasHost: () => true };
  const step: Step = { action: 'http', targets: [{ hostId: 1, container: 'web' }], options: { body: 'x' } };
  assert.deepEqual(
    checkStep(step, 'steps.0', context).map(({ path }) => path),
    ['steps.0.options.url', 'steps.0.targets', 'steps.0.options.body'],
  );
});
