import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogLevel } from './index.ts';
import { createLogger } from './index.ts';

const collect = (level: LogLevel = 'debug', isPretty = false) => {
  const lines: string[] = [];
  const log = createLogger({ level, isPretty, write: (line) => lines.push(line), now: () => Date.UTC(2026, 10, 23) });
  return { log, lines };
};

test('a line is one JSON object with the time, the level, the message and the fields', () => {
  const { log, lines } = collect();
  log.info({ port: 5000 }, 'listening');
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    time: '2026-11-23T00:00:00.000Z',
    level: 'info',
    message: 'listening',
    port: 5000,
  });
});

test('a level below the configured one writes nothing', () => {
  const { log, lines } = collect('warn');
  log.info({}, 'no');
  log.warn({}, 'yes');
  assert.equal(lines.length, 1);
});

test('a child adds its fields to every line', () => {
  const { log, lines } = collect();
  log.child({ room: 'hosts' }).error({ hostId: 1 }, 'lost');
  assert.match(lines[0] ?? '', /"room":"hosts","hostId":1/);
});

test('secrets are redacted by key, at any depth and in any spelling', () => {
  const { log, lines } = collect();
  const inner = { 'X-API-Key': 'leak1', api_key: 'leak2', Cookie: 'leak3', deep: [{ secretKey: 'leak4' }] };
  log.info({ password: 'leak5', totpSecret: 'leak6', authorization: 'leak7', inner }, 'call');
  assert.doesNotMatch(lines[0] ?? '', /leak/);
});

test('tokens and passwords in addresses are redacted in any text, in errors and their causes too', () => {
  const { log, lines } = collect();
  const cause = new Error('connect tcp://me:hunter2@10.0.0.1:2375');
  const error = new Error('key chr_AbCdEfGhIjKlMnOp refused', { cause });
  log.error({ error, path: '/webhook/abcdef123' }, 'https://user:hunter2@example.org and chr_AbCdEfGhIjKlMnOp');
  assert.doesNotMatch(lines[0] ?? '', /hunter2|AbCdEf|abcdef123/);
  assert.match(lines[0] ?? '', /example\.org/);
});

test('a name with a line feed cannot fake a second line, in JSON or on a terminal', () => {
  for (const isPretty of [false, true]) {
    const { log, lines } = collect('debug', isPretty);
    log.info({ container: 'a\n{"level":"error"}\r\u001b[2J' }, 'acted on\nb');
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.trimEnd().includes('\n'), false);
    assert.equal(lines[0]?.includes('\u001b[2J'), false);
  }
});

test('fields cannot replace the time, the level or the message', () => {
  const { log, lines } = collect();
  log.info({ level: 'error', message: 'other', time: 'never' }, 'true');
  assert.match(lines[0] ?? '', /"level":"info","message":"true"/);
});

test('a field that refers to itself does not stop the program', () => {
  const { log, lines } = collect();
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  log.info({ loop }, 'round');
  assert.match(lines[0] ?? '', /deeper/);
});
