import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTotpSecret, stepOfCode, totpUri } from './totp.ts';

/** RFC 6238, appendix B: the secret `12345678901234567890`, the last six of its eight digits. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('codes are those of RFC 6238', async () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [20000000000, '353130'],
  ] as const) {
    assert.equal(await stepOfCode(rfcSecret, code, seconds * 1000), Math.floor(seconds / 30));
  }
});

test('the code before and the one after count as well, and none beyond', async () => {
  const at = 1111111109 * 1000;
  assert.equal(await stepOfCode(rfcSecret, '081804', at + 30_000), Math.floor(at / 30_000));
  assert.equal(await stepOfCode(rfcSecret, '081804', at - 30_000), Math.floor(at / 30_000));
  assert.equal(await stepOfCode(rfcSecret, '081804', at + 60_000), null);
});

test('blanks in a code are as good as none; what is no code is none', async () => {
  assert.notEqual(await stepOfCode(rfcSecret, '287 082', 59_000), null);
  for (const code of ['', '28708', '2870822', '28708a', '-87082', '𝆺𝅥巢', '２８７０８２']) {
    assert.equal(await stepOfCode(rfcSecret, code, 59_000), null, code);
  }
});

test('each secret is new and has 160 bits, and its address is as apps read it', async () => {
  const secret = await makeTotpSecret();
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.notEqual(secret, await makeTotpSecret());
  const uri = new URL(await totpUri(secret, 'ada@home'));
  assert.equal(uri.protocol, 'otpauth:');
  assert.equal(uri.searchParams.get('secret'), secret);
  assert.match(uri.href, /Chrontainer:ada%40home/);
});
