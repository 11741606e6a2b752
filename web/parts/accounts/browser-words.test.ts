import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserWords } from './browser-words.ts';

test('a browser is told by its name and its system, whatever else it claims to be', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  assert.equal(browserWords(chrome), 'Chrome on Linux');
  assert.equal(browserWords(`${chrome.replace('X11; Linux x86_64', 'Windows NT 10.0')} Edg/140.0`), 'Edge on Windows');
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1';
  assert.equal(browserWords(phone), 'Safari on iOS');
  assert.equal(browserWords('curl/8.14.1'), 'curl');
  assert.equal(browserWords(''), 'A program');
});
