import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { waitUntil } from '../../../lab/wait.ts';
import { Gathered } from './gathered.ts';

const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** The answer to a request over a gathered connection; `serve` has the other side of it. */
const asked = async (serve: (socket: Socket) => void, use: (answer: AsyncIterable<Buffer>) => Promise<void>) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const connection = new Gathered(connect({ host: '127.0.0.1', port: port ?? 0 }));
  try {
    const answer = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
      const sent = request({ createConnection: () => connection }, resolve);
      sent.on('error', reject);
      sent.end();
    });
    await use(answer);
    await waitUntil('the connection to be closed', 10_000, 10, () => connection.closed);
  } finally {
    connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
};

const textOf = async (answer: AsyncIterable<Buffer>) => (await Array.fromAsync(answer)).join('');

test('an answer in many small chunks comes whole, and its connection is closed behind it', () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`);
  return asked(
    (socket) => {
      socket.write(head);
      for (const text of texts) socket.write(chunk(text));
      socket.end('0\r\n\r\n');
    },
    async (answer) => assert.equal(await textOf(answer), texts.join('')),
  );
});

test('what comes after a pause is passed on though nothing follows it', () =>
  asked(
    (socket) => socket.write(head + chunk('a') + chunk('b')),
    async (answer) => {
      for await (const bytes of answer) {
        assert.equal(String(bytes), 'ab');
        break;
      }
    },
  ));

test('an answer that is cut off is an error, not the end', async () => {
  const cut = asked(
    (socket) => socket.end(head + chunk('whole') + '5\r\nha'),
    async (answer) => assert.equal(await textOf(answer), 'anything'),
  );
  await assert.rejects(cut, { code: 'ECONNRESET' });
});

test('a connection that breaks is an error', async () => {
  const broken = asked(
    (socket) => {
      socket.write(head + chunk('begun'));
      setImmediate(() => socket.resetAndDestroy());
    },
    async (answer) => assert.equal(await textOf(answer), 'anything'),
  );
  await assert.rejects(broken, { code: 'ECONNRESET' });
});
