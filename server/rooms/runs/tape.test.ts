import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chunk, Unsaved } from './tape.ts';
import { keptBytes, Tape } from './tape.ts';

const tapeOf = (more: { kept?: Chunk[]; firstSeq?: number } = {}) => {
  let seq = more.firstSeq ?? 0;
  const nextSeq = () => {
    seq += 1;
    return seq;
  };
  return new Tape({ nextSeq, now: () => 0, kept: more.kept ?? [], droppedBytes: 0 });
};

/** What a disk holds after these saves. */
const disk = (saves: readonly Unsaved[], before: readonly Chunk[] = []): Chunk[] => {
  const held = new Map(before.map((chunk) => [chunk.seq, chunk]));
  let removedUpTo = 0;
  for (const { chunks, removed } of saves) {
    for (const chunk of chunks) held.set(chunk.seq, chunk);
    if (!removed) continue;
    for (let seq = Math.max(removed.after, removedUpTo) + 1; seq <= removed.upTo; seq++) held.delete(seq);
    removedUpTo = removed.upTo;
  }
  return [...held.values()];
};
const textOf = (chunks: readonly Chunk[]) => chunks.map(({ text }) => text).join('');
const most = keptBytes.head + keptBytes.tail;

test('what is little is kept as it was written, cut nowhere within a character', () => {
  const tape = tapeOf();
  const bytes = Buffer.from('ü€😀');
  for (const byte of bytes) tape.write({ stream: 'stdout', bytes: Buffer.from([byte]) });
  assert.equal(textOf(tape.take().chunks), 'ü€😀');
});

test('of much the beginning and the end are kept, whether it was saved in between or not', () => {
  for (const everyLines of [1, 1000, Number.POSITIVE_INFINITY]) {
    const tape = tapeOf();
    const saves: Unsaved[] = [];
    for (let i = 0; i < 100_000; i++) {
      tape.write({ stream: 'stdout', bytes: Buffer.from(`line ${i}\n`) });
      if (i % everyLines === 0) saves.push(tape.take());
    }
    saves.push(tape.take());
    const text = textOf(disk(saves));
    assert.ok(text.length <= most, `${text.length}`);
    assert.ok(text.startsWith('line 0\nline 1\n'));
    assert.ok(text.endsWith('line 99998\nline 99999\n'));
    assert.equal(text.length + (saves.at(-1)?.droppedBytes ?? 0), 1_088_890);
  }
});

test('a process that writes byte by byte makes no more pieces than the bound allows', () => {
  const tape = tapeOf();
  const saves: Unsaved[] = [];
  for (let i = 0; i < 20_000; i++) {
    tape.write({ stream: 'stdout', bytes: Buffer.from('.') });
    saves.push(tape.take());
  }
  assert.ok(disk(saves).length < most / 100);
});

test('a tape that is gone on with keeps within the same bounds', () => {
  const first = tapeOf();
  first.write({ stream: 'stdout', bytes: Buffer.alloc(most - 20_000, 'a') });
  const kept = disk([first.take()]);
  const second = tapeOf({ kept, firstSeq: kept.at(-1)?.seq ?? 0 });
  second.write({ stream: 'stdout', bytes: Buffer.alloc(100_000, 'b') });
  const text = textOf(disk([second.take()], kept));
  assert.ok(text.length <= most);
  assert.ok(text.startsWith('a') && text.endsWith('b'.repeat(100_000)));
});

test('what could not be saved is saved with the next', () => {
  const tape = tapeOf();
  tape.write({ stream: 'stdout', bytes: Buffer.from('one ') });
  tape.putBack(tape.take().chunks);
  tape.write({ stream: 'stderr', bytes: Buffer.from('two') });
  assert.equal(textOf(tape.take().chunks), 'one two');
});
