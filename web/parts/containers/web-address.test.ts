import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../contract/containers.ts';
import { webAddress } from './web-address.ts';

const at = (webUrl: string | null, webUrlSource: Container['webUrlSource'] = 'set') =>
  ({ webUrl, webUrlSource }) as Container;

test('only addresses of the web become links', () => {
  assert.equal(webAddress(at('https://web.example/a'), 'nas'), 'https://web.example/a');
  for (const bad of [null, '', 'javascript:alert(1)', 'data:text/html,x', '//x']) {
    assert.equal(webAddress(at(bad), 'nas'), null, String(bad));
  }
});

test('a guess on an engine of unknown name is where this page is; what somebody wrote stays', () => {
  assert.equal(webAddress(at('http://localhost:8080/', 'guess'), '192.168.1.5'), 'http://192.168.1.5:8080/');
  assert.equal(webAddress(at('http://nas.lan:8080/', 'guess'), '192.168.1.5'), 'http://nas.lan:8080/');
  assert.equal(webAddress(at('http://localhost:8080/'), '192.168.1.5'), 'http://localhost:8080/');
});
