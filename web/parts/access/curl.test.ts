import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyCurl, webhookCurl } from './curl.ts';

test('the line for a webhook holds its whole address', () => {
  assert.equal(
    webhookCurl('https://cron.example.org', '/webhook/abc_-1', null),
    'curl -X POST https://cron.example.org/webhook/abc_-1',
  );
});

test('nothing of an address is left to the shell', () => {
  assert.equal(webhookCurl('http://a', "/w/$(id)'&x", null), `curl -X POST 'http://a/w/$(id)'\\''&x'`);
  assert.match(keyCurl('http://[::1]:5000', 'chr_x'), /^curl -H 'X-API-Key: chr_x' 'http:\/\/\[::1\]:5000\/api/);
});

test('a signed call gets the lines that sign it', () => {
  const lines = webhookCurl('http://a', '/webhook/t', 'se-cret');
  assert.match(lines, /openssl dgst -sha256 -hmac se-cret -hex/);
  assert.match(lines, /X-Chrontainer-Signature: sha256=\$signature/);
});
