import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Scenario } from '../scenario.ts';
import { openScenario, withScenario } from '../scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'chrontainer-static-'));
const web = join(folder, 'web');
const index = '<!doctype html><title>Chrontainer</title>';
const script = `${'export const answer = 42;\n'.repeat(200)}`;
const scriptPath = '/assets/index-BxY7z_-9.js';
let scenario: Scenario;

before(async () => {
  mkdirSync(join(web, 'assets'), { recursive: true });
  writeFileSync(join(web, 'index.html'), index);
  writeFileSync(join(web, scriptPath), script);
  writeFileSync(join(web, 'favicon.svg'), '<svg/>');
  writeFileSync(join(web, '.env.json'), '{"hidden":true}');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
  scenario = await openScenario({ webDir: web });
});
after(async () => {
  await scenario.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => scenario.ask('nobody', `GET ${path}`, { headers });
const asPage = { Accept: 'text/html,application/xhtml+xml' };

test('every page of the interface is the one document, asked for anew each time', async () => {
  for (const path of ['/', '/schedules', '/hosts/1/containers/web', '/runs/0192']) {
    const reply = await get(path, asPage);
    assert.deepEqual([reply.status, reply.text], [200, index], path);
    assert.equal(reply.headers['cache-control'], 'no-cache');
    assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
  }
});

test('a file with a hash in its name is kept for ever, and sent compressed in the best form that is taken', async () => {
  const plain = await get(scriptPath);
  assert.equal(plain.text, script);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  const br = await get(scriptPath, { 'Accept-Encoding': 'gzip, br' });
  assert.equal(br.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(br.bytes).toString(), script);
  const gzip = await get(scriptPath, { 'Accept-Encoding': 'gzip' });
  assert.equal(gunzipSync(gzip.bytes).toString(), script);
  assert.notEqual(br.headers.etag, gzip.headers.etag);
});

test('what the browser has is not sent again, until it changed', async () => {
  const first = await get('/favicon.svg');
  const etag = String(first.headers.etag);
  const again = await get('/favicon.svg', { 'If-None-Match': etag });
  assert.deepEqual([again.status, again.text], [304, '']);
  writeFileSync(join(web, 'favicon.svg'), '<svg><circle/></svg>');
  const changed = await get('/favicon.svg', { 'If-None-Match': etag });
  assert.deepEqual([changed.status, changed.text], [200, '<svg><circle/></svg>']);
});

for (const path of [
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/assets/../../secret.json',
  '/assets/..%5c..%5csecret.json',
  '//etc/passwd',
  '/.env.json',
  '/assets/.%00./secret.json',
  '/%c0%ae%c0%ae/secret.json',
  `/${'a'.repeat(300)}.json`,
]) {
  test(`${path.slice(0, 40)} leads to no file`, async () => {
    const reply = await get(path);
    assert.equal(reply.status, 404);
    assert.doesNotMatch(reply.text, /secret|hidden|root:/);
  });
}

test('a script that is gone is not answered with the document', async () => {
  const reply = await get('/assets/index-gone1234.js', asPage);
  assert.deepEqual([reply.status, reply.headers['content-type']], [404, 'text/plain; charset=utf-8']);
});

test('under the API no page stands, whatever is asked for', async () => {
  for (const path of ['/api/nothing', '/health/nothing', '/webhook/x', '/metrics']) {
    const reply = await get(path, asPage);
    assert.deepEqual([reply.status, reply.headers['content-type']], [404, 'application/problem+json'], path);
  }
});

test('a page can only be read', async () => {
  const reply = await scenario.ask('nobody', 'POST /schedules');
  assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET, HEAD']);
});

test('without a built interface the program says so, and how to build it', async () => {
  await withScenario({ webDir: join(folder, 'nowhere') }, async (own) => {
    const reply = await own.ask('nobody', 'GET /', { headers: asPage });
    assert.equal(reply.status, 503);
    assert.match(reply.text, /npm run build/);
  });
});
