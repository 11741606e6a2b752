import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MergedChunks } from './merged-chunks.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunkOf = (content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);

/** Reads it in pieces of that size, and takes what there is after every so many of them. */
const merge = (bytes: Buffer, size = bytes.length, takeEvery = 1): Buffer => {
  const chunks = new MergedChunks();
  const taken: Buffer[] = [];
  for (let from = 0, i = 1; from < bytes.length; from += size, i += 1) {
    chunks.push(Buffer.from(bytes.subarray(from, from + size)));
    if (i % takeEvery === 0) taken.push(chunks.take());
  }
  return Buffer.concat([...taken, chunks.end()]);
};

/** The content of chunks, and what follows the last one that is whole. */
const contentOf = (bytes: Buffer): { content: Buffer; count: number; rest: string } => {
  const parts: Buffer[] = [];
  let from = 0;
  for (;;) {
    const [line, digits = ''] = /^([0-9a-f]+)\r\n/.exec(bytes.toString('latin1', from, from + 12)) ?? [];
    const size = Number.parseInt(digits, 16);
    const start = from + (line?.length ?? 0);
    if (line === undefined || size === 0 || bytes.toString('latin1', start + size, start + size + 2) !== '\r\n') break;
    parts.push(bytes.subarray(start, start + size));
    from = start + size + 2;
  }
  return { content: Buffer.concat(parts), count: parts.length, rest: bytes.toString('latin1', from) };
};

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 });
const cuts = [fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 10 })] as const;

test('the content of many chunks comes in fewer, whole and in order, wherever the network cut them', () => {
  fc.assert(
    fc.property(pieces, ...cuts, (contents, size, takeEvery) => {
      const sent = Buffer.concat([Buffer.from(head), ...contents.map(chunkOf), Buffer.from('0\r\n\r\n')]);
      const merged = merge(sent, size, takeEvery);
      assert.equal(merged.toString('latin1', 0, head.length), head);
      const { content, rest } = contentOf(merged.subarray(head.length));
      assert.deepEqual(content, Buffer.concat(contents));
      assert.equal(rest, '0\r\n\r\n');
      const { count } = contentOf(merge(sent).subarray(head.length));
      assert.equal(count, Math.min(contents.length, 1));
    }),
  );
});

test('an answer that ends too early has no last chunk afterwards either', () => {
  fc.assert(
    fc.property(pieces, ...cuts, fc.nat(), (contents, size, takeEvery, at) => {
      const whole = Buffer.concat([Buffer.from(head), ...contents.map(chunkOf), Buffer.from('0\r\n')]);
      const cut = head.length + (at % (whole.length - head.length));
      const { content, rest } = contentOf(merge(whole.subarray(0, cut), size, takeEvery).subarray(head.length));
      assert.ok(Buffer.concat(contents).indexOf(content) === 0);
      assert.doesNotMatch(rest, /^0+\r\n/);
    }),
  );
});

for (const [name, text] of [
  ['of a known length', 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n3\r\nabc\r\n'],
  ['that is a refusal', 'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n'],
  ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['that is a head without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(17_000)}`],
  ['with names behind the sizes', `${head}3;a=b\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`],
  ['with a size that is none', `${head}x\r\nabc\r\n`],
  ['with a size beyond all sizes', `${head}fffffffff\r\nabc`],
  ['with lines behind its last chunk', `${head}0\r\nX: y\r\n\r\n`],
] as const) {
  test(`an answer ${name} passes as it is`, () => {
    for (const size of [1, 7, text.length]) assert.equal(merge(Buffer.from(text), size).toString(), text);
  });
}

test('from what is not understood on, everything passes as it is', () => {
  const strange = '3;a=b\r\nxyz\r\n1\r\n!\r\n0\r\n\r\n';
  for (const size of [1, 7, 1000]) {
    const merged = merge(Buffer.from(`${head}3\r\nabc\r\n2\r\nde\r\n${strange}`), size, 1000);
    assert.equal(merged.toString(), `${head}5\r\nabcde\r\n${strange}`);
  }
  // A chunk that is longer than it says: the parser is to see that, too.
  assert.match(merge(Buffer.from(`${head}3\r\nabcdef\r\n`)).toString(), /^3\r\nabc\r\ndef\r\n$/m);
});
