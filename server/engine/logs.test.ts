import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../lab/engine.ts';
import { privateEngine } from '../../lab/engine.ts';
import { faultProxy } from '../../lab/fault-proxy.ts';
import { waitUntil } from '../../lab/wait.ts';
import { connectEngine } from './client.ts';
import type { LogLine } from './log-lines.ts';
import type { LogRange } from './logs.ts';
import type { Engine } from './types.ts';

let lab: LabEngine;
let engine: Engine;
before(async () => {
  lab = await privateEngine();
  engine = connectEngine({ id: 1, url: lab.url });
});
after(async () => {
  engine.close();
  await lab.close();
});

const { signal } = new AbortController();
const readAll = async (id: string, range: Omit<LogRange, 'signal'> = {}): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  for await (const batch of engine.logs.read(id, { ...range, signal })) lines.push(...batch.lines);
  return lines;
};
const ended = (id: string) =>
  waitUntil('the end', 30_000, 20, async () => (await engine.inspectContainer(id)).state === 'exited');

const script = 'echo out; echo err >&2; printf "%040000d\\n" 7; printf "\\033[1mbold\\033[0m\\n"; printf end';
const long = `${'0'.repeat(39_999)}7`;

test('a real engine’s log comes line by line, in its frames or from a terminal', async () => {
  const frames = await lab.run('frames', { cmd: ['sh', '-c', script] });
  const terminal = await lab.run('terminal', { cmd: ['sh', '-c', script], more: { Tty: true } });
  await Promise.all([ended(frames), ended(terminal)]);
  const lines = await readAll(frames);
  const texts = lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => text);
  assert.deepEqual(texts, ['out', long, '\u001b[1mbold\u001b[0m', 'end']);
  assert.deepEqual(
    lines.filter(({ stream }) => stream === 'stderr').map(({ text }) => text),
    ['err'],
  );
  assert.ok(lines.every(({ at }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(at)));
  assert.deepEqual(
    (await readAll(terminal)).map(({ text }) => text),
    ['out', 'err', long, '\u001b[1mbold\u001b[0m', 'end'],
  );
});

test('who does not need the times gets the same lines, without times where there is no terminal', async () => {
  for (const [name, Tty] of [
    ['timeless', false],
    ['timeless-terminal', true],
  ] as const) {
    const id = await lab.run(name, { cmd: ['sh', '-c', script], more: { Tty } });
    await ended(id);
    const all = await readAll(id);
    const timeless = await readAll(id, { canLackTimes: true });
    assert.deepEqual(
      timeless,
      all.map((line) => ({ ...line, at: Tty ? line.at : '' })),
    );
    const [second] = await readAll(id, { canLackTimes: true, since: all[1]?.at ?? '' });
    assert.deepEqual(second?.text, all[1]?.text);
  }
  await assert.rejects(readAll('nowhere', { canLackTimes: true }), { kind: 'not_found' });
});

test('a part of a log is asked for by its end or by times, both of them included', async () => {
  const id = await lab.run('counting', { cmd: ['sh', '-c', 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.02; done'] });
  await ended(id);
  const all = await readAll(id);
  const texts = async (range: Omit<LogRange, 'signal'>) => (await readAll(id, range)).map(({ text }) => text).join('');
  assert.equal(await texts({ tail: 2 }), '56');
  assert.equal(await texts({ since: all[2]?.at ?? '', until: all[4]?.at ?? '' }), '345');
  assert.equal(await texts({ tail: 0 }), '');
});

test('what is written is followed to the end of the container', async () => {
  const id = await lab.run('followed', { cmd: ['sh', '-c', 'echo first; sleep 0.5; echo last'] });
  const seen: string[] = [];
  for await (const { lines } of engine.logs.read(id, { follow: true, signal })) {
    seen.push(...lines.map(({ text }) => text));
  }
  assert.deepEqual(seen, ['first', 'last']);
});

test('a reader that leaves ends it quietly, an engine that breaks off with an error, a stranger with a reason', async () => {
  const id = await lab.run('talking', { cmd: ['sh', '-c', 'trap "exit 0" TERM; while :; do echo x; sleep 0.1; done'] });
  const leaving = new AbortController();
  for await (const _ of engine.logs.read(id, { follow: true, signal: leaving.signal })) leaving.abort();
  const proxy = await faultProxy(lab.socket);
  const behind = connectEngine({ id: 2, url: proxy.url });
  const batches = behind.logs.read(id, { follow: true, signal });
  assert.equal((await batches.next()).done, false);
  proxy.cut();
  await assert.rejects(
    (async () => {
      while (!(await batches.next()).done);
    })(),
    { kind: 'unreachable' },
  );
  behind.close();
  await proxy.close();
  await assert.rejects(readAll('nowhere'), { kind: 'not_found' });
  const silent = await lab.run('silent', { hostConfig: { LogConfig: { Type: 'none' } } });
  await assert.rejects(readAll(silent), /does not support reading/);
});

test('a reader that stops stops the engine: nothing is read ahead, however much there is', async () => {
  const id = await lab.run('flood', {
    cmd: ['sh', '-c', 'yes "0123456789012345678901234567890123456789" | head -n 400000'],
  });
  await ended(id);
  const batches = engine.logs.read(id, { signal });
  await batches.next();
  const before = process.memoryUsage();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const grown = process.memoryUsage().arrayBuffers - before.arrayBuffers;
  assert.ok(grown < 4 * 1024 * 1024, `${grown} bytes more`);
  let count = 0;
  for await (const { lines } of batches) count += lines.length;
  assert.ok(count > 399_000 && count < 400_000, String(count));
});
