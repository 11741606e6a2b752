import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProxyTrust, resolveOrigin } from './proxy-trust.ts';

const peer = { address: '10.0.0.2', isSecure: false, host: 'inside:5000' };
const originBy = (
  trust: string,
  forwarded: { for?: string; proto?: string; host?: string },
  address = peer.address,
) => {
  const parsed = parseProxyTrust(trust);
  assert.ok(parsed);
  return resolveOrigin(
    parsed,
    { ...peer, address },
    { for: undefined, proto: undefined, host: undefined, ...forwarded },
  );
};
const invented = { for: '1.2.3.4', proto: 'https', host: 'evil.example' };

test('without trust nobody can invent an address, a scheme or a host', () => {
  assert.deepEqual(originBy('', invented), peer);
  assert.deepEqual(originBy('false', invented), peer);
});

test('a peer outside of the trusted networks is not believed', () => {
  assert.deepEqual(originBy('10.0.0.0/8', invented, '192.0.2.1'), { ...peer, address: '192.0.2.1' });
});

test('a trusted proxy tells address, scheme and host', () => {
  assert.deepEqual(originBy('10.0.0.0/8', { for: '203.0.113.7', proto: 'https', host: 'chron.example' }), {
    address: '203.0.113.7',
    isSecure: true,
    host: 'chron.example',
  });
});

test('what the caller put before the proxies is not believed', () => {
  assert.equal(originBy('10.0.0.0/8', { for: '1.1.1.1, 203.0.113.7, 10.0.0.9' }).address, '203.0.113.7');
  assert.equal(originBy('1', { for: '1.1.1.1, 203.0.113.7' }).address, '203.0.113.7');
  assert.equal(originBy('2', { for: '1.1.1.1, 203.0.113.7, 10.0.0.9' }).address, '203.0.113.7');
  assert.equal(originBy('true', { for: '203.0.113.7, 10.0.0.9' }).address, '203.0.113.7');
});

test('the scheme is that of the hop which the address is of', () => {
  assert.equal(originBy('1', { for: '203.0.113.7', proto: 'https, http' }).isSecure, false);
  assert.equal(originBy('2', { for: '203.0.113.7, 10.0.0.9', proto: 'https, http' }).isSecure, true);
  assert.equal(originBy('2', { for: '203.0.113.7, 10.0.0.9', proto: 'https' }).isSecure, true);
});

test('the host is that of the same hop: some proxies put theirs behind what the caller made up', () => {
  assert.equal(originBy('1', { for: '203.0.113.7', host: 'evil.example, chron.example' }).host, 'chron.example');
  const twice = { for: '203.0.113.7, 10.0.0.9', host: 'evil.example, chron.example, inside' };
  assert.equal(originBy('2', twice).host, 'chron.example');
  assert.equal(originBy('2', { ...twice, host: 'chron.example' }).host, 'chron.example');
});

test('an address that is none is not taken over', () => {
  assert.equal(originBy('1', { for: '<script>' }).address, '10.0.0.2');
  assert.equal(originBy('1', {}).address, '10.0.0.2');
});

test('ports, brackets and mapped IPv4 addresses are understood', () => {
  assert.equal(originBy('1', { for: '203.0.113.7:1234' }).address, '203.0.113.7');
  assert.equal(originBy('1', { for: '[2001:db8::1]:443' }).address, '2001:db8::1');
  assert.equal(originBy('1', { for: '::ffff:203.0.113.7' }).address, '203.0.113.7');
  assert.equal(originBy('::1,fd00::/8', { for: '2001:db8::5' }, 'fd00::2').address, '2001:db8::5');
});

test('what is not understood is refused', () => {
  for (const value of ['nginx', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0', '-1', '100', '10.0.0.0/8;']) {
    assert.equal(parseProxyTrust(value), null, value);
  }
});
