import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFrames } from './output-frames.ts';

const frame = (type: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

const textsOf = async (chunks: Buffer[]) => {
  const texts = { stdout: '', stderr: '' };
  const source = (async function* () {
    yield* chunks;
  })();
  for await (const { stream, bytes } of readFrames(source)) texts[stream] += bytes.toString('latin1');
  return texts;
};

test('frames are taken apart wherever the network cut them', async () => {
  const frames = fc.array(fc.record({ type: fc.constantFrom(1, 2), text: fc.string({ unit: 'binary-ascii' }) }));
  await fc.assert(
    fc.asyncProperty(frames, fc.integer({ min: 1, max: 20 }), async (written, size) => {
      const whole = Buffer.concat(written.map(({ type, text }) => frame(type, text)));
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      const expected = (type: number) => written.map((one) => (one.type === type ? one.text : '')).join('');
      assert.deepEqual(await textsOf(chunks), { stdout: expected(1), stderr: expected(2) });
    }),
  );
});

test('what is no such stream is refused', async () => {
  await assert.rejects(textsOf([Buffer.from('plain text, as a terminal writes it')]), /unknown format/);
});
