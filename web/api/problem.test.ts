import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProblemError, reasonOf, toProblem } from './problem.ts';

test('the page of a proxy becomes a problem with its status', () => {
  assert.deepEqual(toProblem(502, 'Bad Gateway', '<html>'), {
    type: 'about:blank',
    title: 'Bad Gateway',
    status: 502,
    code: 'HTTP_502',
  });
});

test('a problem keeps its words and its fields', () => {
  const body = {
    title: 'Bad input',
    detail: 'One field is wrong.',
    code: 'CHR_INPUT',
    errors: [{ path: 'trigger.expression', message: 'has four fields' }],
  };
  const error = new ProblemError(toProblem(400, '', body));
  assert.equal(error.message, 'One field is wrong.');
  assert.equal(error.fields.get('trigger.expression'), 'has four fields');
  assert.equal(reasonOf(error), 'One field is wrong. trigger.expression: has four fields');
});

test('what the detail says already is not said again', () => {
  const body = { title: 'Bad input', detail: 'name: is taken', errors: [{ path: 'name', message: 'is taken' }] };
  assert.equal(reasonOf(new ProblemError(toProblem(400, '', body))), 'name: is taken');
});
