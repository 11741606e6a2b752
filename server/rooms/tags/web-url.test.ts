import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../contract/index.ts';
import { browsedName, webUrlOf } from './web-url.ts';

type Port = Container['ports'][number];
const open = (privatePort: number, publicPort: number | null, ip: string | null = '0.0.0.0'): Port => ({
  ip,
  privatePort,
  publicPort,
  protocol: 'tcp',
});
const having = (ports: Port[], labels: Record<string, string> = {}) => ({ ports, labels }) as unknown as Container;
const local = browsedName('unix:///var/run/docker.sock');

test('what somebody set comes before the label, and the label before the guess', () => {
  const container = having([open(80, 8080)], { 'chrontainer.web-url': 'https://label.example/' });
  const set = webUrlOf('https://set.example/', container, local);
  assert.deepEqual(set, { webUrl: 'https://set.example/', webUrlSource: 'set' });
  assert.deepEqual(webUrlOf(null, container, local), { webUrl: 'https://label.example/', webUrlSource: 'label' });
});

test('a label that is no address of the web is no address', () => {
  for (const hostile of [
    'javascript:alert(1)',
    'JaVaScRiPt://x/%0aalert(1)',
    'data:text/html,x',
    '//x',
    '',
    'http://',
  ]) {
    const shown = webUrlOf(null, having([], { 'chrontainer.web-url': hostile }), local);
    assert.deepEqual(shown, { webUrl: null, webUrlSource: null }, hostile);
  }
});

test('the guess is the first published port that a browser can show, on the host’s own name', () => {
  const ports = [open(22, 2222), open(5432, 5432), open(8443, 8443)];
  assert.equal(webUrlOf(null, having(ports), browsedName('tcp://NAS.lan:2376')).webUrl, 'https://nas.lan:8443/');
  assert.equal(webUrlOf(null, having([open(80, 8080)]), local).webUrl, 'http://localhost:8080/');
  assert.equal(webUrlOf(null, having([open(80, 8080, '10.0.0.5')]), local).webUrl, 'http://10.0.0.5:8080/');
  assert.equal(webUrlOf(null, having([open(80, 8080, 'fd00::5')]), local).webUrl, 'http://[fd00::5]:8080/');
});

test('there is no guess without a published port, or with none but those of databases', () => {
  assert.equal(webUrlOf(null, having([open(80, null), open(3306, 3306)]), local).webUrl, null);
  assert.equal(webUrlOf(null, having([{ ...open(8080, 8080), protocol: 'udp' }]), local).webUrl, null);
});
