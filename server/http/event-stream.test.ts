import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import type { Scenario } from '../scenario.ts';
import { openScenario, withScenario } from '../scenario.ts';
import type { EventSink, Route } from './route.ts';
import { route } from './route.ts';

const sinks: EventSink[] = [];
const endless = (sink: EventSink) => {
  sinks.push(sink);
  return new Promise<void>(() => undefined);
};
const stream = (path: string, write: (sink: EventSink) => Promise<void>): Route =>
  route({
    method: 'GET',
    path,
    access: 'view',
    summary: 'A stream',
    tag: 'Test',
    answers: { 200: null },
    handle: () => ({ stream: write }),
  });
const streams = () => [
  stream('/api/v1/endless', endless),
  stream('/api/v1/short', async (sink) => {
    await sink.send({ id: 'a-1', event: 'greeting', data: 'two\nlines' });
    await sink.send({ data: 'plain' });
  }),
  stream('/api/v1/broken', async (sink) => {
    await sink.send({ data: 'before' });
    throw new Error('secret cause');
  }),
  stream('/api/v1/stillborn', () => {
    throw new Error('early cause');
  }),
];
let scenario: Scenario;
before(async () => {
  scenario = await openScenario({ routes: streams });
});
after(() => scenario.close());

interface Open {
  incoming: IncomingMessage;
  text: () => string;
  ended: () => Promise<void>;
}
const open = (path: string, cookie = scenario.cookieOf('viewer') ?? '', port = scenario.port): Promise<Open> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, headers: { Cookie: cookie }, agent: false },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        const ended = () => until(() => incoming.closed);
        resolve({ incoming, text: () => text, ended });
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail('it did not come about within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const lastSink = (): EventSink => sinks.at(-1) ?? assert.fail('no stream is open');

test('messages are written in the form of server-sent events, uncompressed and past every cache', async () => {
  const { incoming, text, ended } = await open('/api/v1/short');
  await ended();
  assert.equal(text(), 'id: a-1\nevent: greeting\ndata: two\ndata: lines\n\ndata: plain\n\n');
  assert.equal(incoming.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(incoming.headers['cache-control'], 'no-store');
  assert.equal(incoming.headers['content-encoding'], undefined);
  assert.equal(incoming.headers['x-content-type-options'], 'nosniff');
});

test('a stream needs a sign-in, refuses another site, and answers HEAD with headers only', async () => {
  assert.equal((await scenario.ask('nobody', 'GET /api/v1/short')).status, 401);
  const foreign = await scenario.ask('viewer', 'GET /api/v1/short', { headers: { Origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
  const head = await scenario.ask('viewer', 'HEAD /api/v1/endless');
  assert.deepEqual([head.status, head.text], [200, '']);
});

test('a silent stream carries a heartbeat every 25 seconds', async () => {
  const { incoming, text } = await open('/api/v1/endless');
  await scenario.clock.advance(25_000);
  await until(() => text() === ':\n\n');
  incoming.destroy();
});

test('the room is told when its reader has left', async () => {
  const { incoming } = await open('/api/v1/endless');
  const { signal } = lastSink();
  assert.equal(signal.aborted, false);
  incoming.destroy();
  await until(() => signal.aborted);
});

test('a stream ends within seconds after its session ended', async () => {
  const { ended, incoming } = await open('/api/v1/endless', scenario.cookieOf('operator'));
  await scenario.ask('operator', 'DELETE /api/v1/session');
  await scenario.clock.advance(5000);
  await ended();
  assert.equal(incoming.complete, true);
});

test('a stream ends within seconds after its right was taken', async () => {
  await withScenario({ routes: () => [{ ...stream('/api/v1/endless', endless), access: 'operate' }] }, async (own) => {
    const { ended } = await open('/api/v1/endless', own.cookieOf('operator'), own.port);
    await own.db.updateTable('users').set({ role: 'viewer' }).where('username', '=', 'operator').execute();
    await own.clock.advance(5000);
    await ended();
  });
});

test('a room that fails ends its stream, and its cause goes to the log only', async () => {
  const { ended, text } = await open('/api/v1/broken');
  await ended();
  assert.equal(text(), 'data: before\n\n');
  assert.match(scenario.logged.join(''), /secret cause/);
});

test('a room that fails before its stream has begun ends that stream, and not the program', async () => {
  const { ended, text } = await open('/api/v1/stillborn');
  await ended();
  assert.equal(text(), '');
  assert.match(scenario.logged.join(''), /early cause/);
});

test('a reader that takes nothing for a minute is cut off, and what waits for it stays small', async () => {
  const { incoming } = await open('/api/v1/endless');
  const sink = lastSink();
  incoming.pause();
  incoming.socket.pause();
  const block = 'x'.repeat(1024 * 1024);
  let sent = 0;
  const flooding = (async () => {
    for (;;) {
      await sink.send({ data: block });
      sent += 1;
    }
  })();
  flooding.catch(() => undefined);
  let before = -1;
  await until(async () => {
    const isStuck = sent === before;
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return isStuck;
  });
  await scenario.clock.advance(60_000);
  await until(() => sink.signal.aborted);
  await assert.rejects(flooding);
  assert.ok(sent < 64, `only the buffers of the system were filled (${sent} MB)`);
  incoming.destroy();
});

test('a stop ends every stream at once, even one whose room does not listen', async () => {
  const own = await openScenario({ routes: streams });
  const { ended, incoming } = await open('/api/v1/endless', own.cookieOf('viewer'), own.port);
  await own.close();
  await ended();
  assert.equal(incoming.complete, true);
});
