import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permission } from '../../../contract/accounts.ts';
import { rightsWords, scopesWords } from './role-words.ts';

const hostName = (id: number) => `host-${id}`;

test('rights are told as a sentence, in the order in which people ask', () => {
  assert.equal(rightsWords(['logs', 'view']), 'May see containers, schedules and runs and read logs.');
  assert.equal(rightsWords(permission.options), 'May do everything.');
  assert.equal(rightsWords([]), 'May do nothing.');
});

test('where rights hold is told place by place, and that nothing else is seen', () => {
  assert.equal(scopesWords(null, hostName), 'Everywhere.');
  assert.equal(
    scopesWords([{ hostId: 2 }, { stack: 'shop', hostId: 1 }, { tag: 'media' }, { tag: 'media', hostId: 2 }], hostName),
    'Only here: host-2; stack shop on host-1; everything tagged media; everything tagged media, of host-2. Nothing else is seen.',
  );
});
