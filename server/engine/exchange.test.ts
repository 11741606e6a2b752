import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectEngine } from './client.ts';
import { transportTo } from './transports/index.ts';
import type { Engine } from './types.ts';

/** Something that is no well-behaved engine, at a socket of its own; it answers to a ping like one. */
const withServer = async (answer: RequestListener, use: (engine: Engine) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'chrontainer-exchange-'));
  const path = join(folder, 'engine.sock');
  const server = createServer((request, response) => {
    if (request.url !== '/_ping') return answer(request, response);
    return response.writeHead(200, { 'api-version': '1.44' }).end('OK');
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const engine = connectEngine({ id: 1, url: `unix://${path}` });
  try {
    await use(engine);
  } finally {
    engine.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
};

const status =
  (code: number, body: string): RequestListener =>
  (_request, response) =>
    response.writeHead(code).end(body);

test("a proxy's refusal names what to allow there", () =>
  withServer(status(403, '<html><body><h1>403 Forbidden</h1>\nrules</body></html>'), async (engine) => {
    const restart = engine.restartContainer('web', { stopTimeoutMs: 10_000 });
    await assert.rejects(restart, {
      kind: 'refused',
      canPass: false,
      engineStatus: 403,
      message: /proxy .* does not allow to restart the container web\. Allow POST \/v1\.44\/containers\/web\/restart/,
    });
  }));

test('a failure of the engine, or too many requests, can pass; a bad request cannot', async () => {
  const canPass = { 500: true, 503: true, 429: true, 409: true, 400: false, 404: false };
  for (const [code, expected] of Object.entries(canPass)) {
    await withServer(status(Number(code), '{"message":"in its own words"}'), (engine) =>
      assert.rejects(engine.startContainer('web'), { canPass: expected, message: 'in its own words' }, code),
    );
  }
});

test('an answer that is no JSON, or another than expected, is a failure of the engine', async () => {
  for (const body of ['<html>', '{}', '"text"', '']) {
    await withServer(status(200, body), (engine) =>
      assert.rejects(engine.listContainers(), { kind: 'server', message: /cannot be understood/ }, body),
    );
    await withServer(status(200, body), (engine) =>
      assert.rejects(engine.inspectContainer('web'), { kind: 'server', message: /cannot be understood/ }, body),
    );
  }
});

test('an answer without an end is given up, and does not fill the memory', () =>
  withServer(
    (_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    },
    (engine) => assert.rejects(engine.listContainers(), { kind: 'server', message: /larger than/ }),
  ));

test('events are read whatever the pieces are that they come in', async () => {
  const event = {
    Type: 'container',
    Action: 'start',
    Actor: { ID: 'a', Attributes: { name: 'grüße-🌍' } },
    timeNano: 5,
  };
  const bytes = Buffer.from(`${JSON.stringify(event)}\n\n${JSON.stringify(event)}\n`);
  const inPieces: RequestListener = async (_request, response) => {
    for (const byte of bytes) {
      response.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
  await withServer(inPieces, async (engine) => {
    const names: string[] = [];
    const reading = async () => {
      for await (const e of engine.events({ signal: new AbortController().signal })) names.push(e.name);
    };
    await assert.rejects(reading(), { kind: 'unreachable', message: /ended the connection/ });
    assert.deepEqual(names, ['grüße-🌍', 'grüße-🌍']);
  });
});

test('an action takes the connection of the one before while that is warm, and a command one of its own', async () => {
  const connections: unknown[] = [];
  const note: RequestListener = (request, response) => {
    connections.push(request.socket);
    response
      .writeHead(request.url?.endsWith('/exec') ? 200 : 204)
      .end(request.url?.endsWith('/exec') ? '{"Id":"a"}' : '');
  };
  await withServer(note, async (engine) => {
    await engine.killContainer('web', { signal: 'SIGHUP' });
    await engine.killContainer('web', { signal: 'SIGHUP' });
    await engine.jobs.createCommand('web', { command: ['true'] });
  });
  const [first, second, third] = connections;
  assert.equal(connections.length, 3);
  assert.equal(second, first);
  assert.notEqual(third, first);
});

test('an action whose warm connection breaks is in doubt, and is not sent again', async () => {
  let asked = 0;
  const breakSecond: RequestListener = (request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(204).end();
    else request.socket.destroy();
  };
  await withServer(breakSecond, async (engine) => {
    await engine.pauseContainer('web');
    await assert.rejects(engine.unpauseContainer('web'), { kind: 'unreachable', mayHaveHappened: true });
  });
  assert.equal(asked, 2);
});

test('a warm connection that nobody uses is closed by this side', () => {
  const closed = Promise.withResolvers<void>();
  const note: RequestListener = (request, response) => {
    request.socket.once('close', closed.resolve);
    response.writeHead(204).end();
  };
  return withServer(note, async (engine) => {
    await engine.pauseContainer('web');
    await closed.promise;
  });
});

test('a socket that is closed to us comes with the remedy', () => {
  const transport = transportTo({ url: 'unix:///var/run/docker.sock' });
  assert.match(transport.explain({ code: 'EACCES' }) ?? '', /group_add/);
  transport.close();
});

test('where a proxy refuses to tell of a terminal, a log is read all the same', () => {
  const text = Buffer.from('2026-11-25T23:24:11.000000001Z hello\n');
  const frame = Buffer.concat([Buffer.of(1, 0, 0, 0, 0, 0, 0, text.length), text]);
  const proxy: RequestListener = (request, response) =>
    request.url?.includes('/logs?') ? response.end(frame) : response.writeHead(403).end();
  return withServer(proxy, async (engine) => {
    const { signal } = new AbortController();
    const batches = await Array.fromAsync(engine.logs.read('web', { canLackTimes: true, signal }));
    assert.deepEqual(
      batches.flatMap(({ lines }) => lines.map((line) => line.text)),
      ['hello'],
    );
  });
});
