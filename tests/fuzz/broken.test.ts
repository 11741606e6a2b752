import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { Program } from '../../lab/process.ts';
import { startProgram } from '../../lab/process.ts';
import { waitUntil } from '../../lab/wait.ts';
import { broken, damaged } from './broken.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);

let program: Program;
before(async () => {
  program = await startProgram();
});
after(() => program.close());

const open = (onData: (text: string) => void = () => undefined): Promise<Socket> =>
  new Promise((resolve) => {
    const socket: Socket = connect(program.port, '127.0.0.1', () => resolve(socket));
    // A connection that is cut off is an answer, too.
    socket.on('error', () => undefined).setEncoding('utf8');
    socket.on('data', onData);
  });

/** What came back on a connection of its own, once our side of it has ended. */
const answerTo = async (bytes: string | Buffer): Promise<string> => {
  let text = '';
  const socket = await open((more) => {
    text += more;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.end(bytes);
  const tooLate = setTimeout(() => socket.destroy(new Error('no end')), 10_000);
  await closed;
  clearTimeout(tooLate);
  return text;
};

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
const isWell = async (): Promise<boolean> => (await fetch(`${program.url}/health`)).status === 200;
const filesOf = (): number => readdirSync(`/proc/${program.pid}/fd`).length;

for (const [what, { bytes, statuses }] of Object.entries(broken)) {
  test(`${what}: ${statuses.map((status) => status || 'no answer').join(' or ')}, and nothing breaks`, async () => {
    const [status = 0, ...more] = statusesIn(await answerTo(bytes));
    assert.ok(statuses.includes(status), `${status}`);
    assert.deepEqual(more, [], 'one request, one answer');
    assert.ok(await isWell());
  });
}

test('a thousand requests at once on one connection are answered one by one', async () => {
  const answers = statusesIn(await answerTo('GET /health HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_000)));
  assert.deepEqual([answers.length, new Set(answers)], [1_000, new Set([200])]);
});

test('requests with damaged bytes are refused or answered, without a failure of the program', async (t) => {
  const counts: Record<number, number> = {};
  for (const bytes of fc.sample(damaged, { seed, numRuns: requests })) {
    const found = statusesIn(await answerTo(bytes));
    for (const status of found.length > 0 ? found : [0]) counts[status] = (counts[status] ?? 0) + 1;
    const failed = found.filter((status) => status >= 500);
    assert.deepEqual(failed, [], `FUZZ_SEED=${seed} ${JSON.stringify(bytes.toString('latin1'))}`);
  }
  t.diagnostic(JSON.stringify({ seed, counts }));
  assert.ok(await isWell());
  const errors = program
    .output()
    .split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line));
  assert.deepEqual(errors.slice(0, 2), [], `FUZZ_SEED=${seed}`);
});

test('who opens connections without end is turned away at 2,000 of them, and what is there goes on', async (t) => {
  const before = filesOf();
  const kept = await open();
  const sockets: Socket[] = [];
  t.after(() => {
    for (const one of [kept, ...sockets]) one.destroy();
  });
  for (let i = 0; i < 2_300; i += 1) sockets.push(await open());
  await waitUntil('some to be turned away', 10_000, 50, () => sockets.filter((one) => one.destroyed).length >= 250);
  assert.ok(filesOf() - before <= 2_001, `${filesOf()} files, ${before} before`);
  assert.ok(program.output().includes('connections are turned away'));
  const answered = new Promise<string>((resolve) => kept.once('data', (text) => resolve(String(text))));
  kept.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(await answered, /^HTTP\/1\.1 200/);
  // Silent ones are let go by themselves: soon after there is room again for everybody.
  const isRoom = async () => statusesIn(await answerTo('GET /health HTTP/1.1\r\nHost: a\r\n\r\n'))[0] === 200;
  assert.equal(await isRoom(), false);
  await waitUntil('room', 30_000, 500, isRoom);
});
