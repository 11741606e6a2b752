import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portsText } from './ports.ts';

const port = { ip: '0.0.0.0', privatePort: 80, publicPort: 8080, protocol: 'tcp' };

test('a port that is published on IPv4 and IPv6 is listed once', () => {
  assert.equal(portsText([port, { ...port, ip: '::' }]), '8080→80');
});

test('what is only exposed is left out, equal numbers are said once, and another protocol is named', () => {
  const exposed = { ...port, publicPort: null };
  assert.equal(portsText([exposed, { ...port, protocol: 'udp', publicPort: 53, privatePort: 53 }]), '53/udp');
});
