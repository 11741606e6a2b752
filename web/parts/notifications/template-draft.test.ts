import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyTemplate, factsOf, templateDraftOf, templateOf } from './template-draft.ts';

test('empty fields are left to the program, and nothing at all is no template', () => {
  assert.equal(templateOf({ ...emptyTemplate, title: ' \n' }, true), null);
  assert.deepEqual(templateOf({ ...emptyTemplate, title: '{{ host }}' }, true), {
    title: '{{ host }}',
    body: null,
    request: null,
  });
});

test('a request is left out for kinds that have none', () => {
  assert.equal(templateOf({ ...emptyTemplate, request: '{}' }, false), null);
});

test('a template comes back as it was typed, spaces and all', () => {
  const template = { title: null, body: ' {{ body }}\n', request: null };
  assert.deepEqual(templateOf(templateDraftOf(template), false), template);
});

test('facts are named as a template names them', () => {
  const facts = {
    event: 'run.failed',
    url: null,
    run: { id: 'r', origin: 'schedule' },
    lines: ['a', 'b'],
    targets: [{ host: 'nas' }],
  };
  assert.deepEqual(factsOf(facts), [
    { name: 'event', value: 'run.failed' },
    { name: 'url', value: '' },
    { name: 'run.id', value: 'r' },
    { name: 'run.origin', value: 'schedule' },
    { name: 'lines', value: 'a ⏎ b' },
    { name: 'targets', value: 'host' },
  ]);
});
