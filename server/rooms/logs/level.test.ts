import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelOf } from './level.ts';
import { visibleText, wantedBy } from './wanted.ts';

const cases: [string, ReturnType<typeof levelOf>][] = [
  ['{"level":"warn","msg":"disk is filling"}', 'warn'],
  ['{"level":50,"time":1,"msg":"x"}', 'error'],
  ['{"severity": "CRITICAL", "message": "x"}', 'error'],
  ['time="2026-11-25T23:24:11Z" level=debug msg="x"', 'debug'],
  ['2026/11/25 23:24:11 [error] 29#29: open() failed', 'error'],
  ['[2026-11-25 23:24:11] WARNING in app: x', 'warn'],
  ['2026-11-25 23:24:11.799 UTC [1] LOG:  database system is ready', null],
  ['2026-11-25 23:24:11.799 UTC [1] FATAL:  password authentication failed', 'error'],
  ['E1125 23:24:11.799876 1 reflector.go:138] failed', 'error'],
  ['INFO  [main] started in 2 s', 'info'],
  ['warn: it is deprecated', 'warn'],
  ['GET /errors?level=none 200', null],
  ['no errors were found', null],
  ['the information desk', null],
  ['', null],
];
for (const [text, level] of cases) {
  test(`${text || 'an empty line'} is ${level ?? 'of no level'}`, () => assert.equal(levelOf(text), level));
}

test('a long line costs no more than its beginning', () => {
  const startedAt = performance.now();
  for (let i = 0; i < 100; i++) levelOf(`${'level '.repeat(50_000)}error`);
  assert.ok(performance.now() - startedAt < 2000);
});

const line = (text: string) => ({ at: '', stream: 'stdout' as const, text, isCut: false });
const all = { stdout: true, stderr: true, regex: false };

test('what a reader sees is searched: not the colours within', async () => {
  const text = '\u001b[31mER\u001b[1mROR\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007 done';
  assert.equal(visibleText(text), 'ERROR link done');
  assert.equal((await wantedBy({ ...all, q: 'error LINK' })).has(line(text)), true);
  assert.equal((await wantedBy({ ...all, q: '31m' })).has(line(text)), false);
  assert.equal((await wantedBy({ ...all, levels: ['error'] })).has(line(text)), true);
  assert.equal((await wantedBy({ ...all, levels: ['info', 'warn'] })).has(line(text)), false);
});

test('an expression that takes Node’s own for ever takes no time here', async () => {
  const wanted = await wantedBy({ ...all, q: '^(.*)+(a|aa)+$', regex: true });
  const startedAt = performance.now();
  assert.equal(wanted.has(line(`${'a'.repeat(5000)}!`)), false);
  assert.ok(performance.now() - startedAt < 1000);
});

test('an expression that cannot be understood is told, and so is a wish for nothing', async () => {
  for (const q of ['(', '(?=x)', '(\\w)\\1', '((a{1000}){1000}){1000}']) {
    await assert.rejects(wantedBy({ ...all, q, regex: true }), { code: 'CHR_INVALID_INPUT' }, q);
  }
  await assert.rejects(wantedBy({ ...all, stdout: false, stderr: false }), { code: 'CHR_INVALID_INPUT' });
  assert.equal((await wantedBy({ ...all, q: '(?i)HELLO \\d+$', regex: true })).has(line('oh hello 12')), true);
});
