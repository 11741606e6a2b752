import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toGroupLines, toGroupRoles } from './group-lines.ts';

test('groups and roles are read a line each, and written the same', () => {
  const text = 'cn=ops,dc=example = operator\nroot = admin';
  const read = toGroupRoles(`\n ${text} \n\n`);
  assert.deepEqual(read, [
    { group: 'cn=ops,dc=example', role: 'operator' },
    { group: 'root', role: 'admin' },
  ]);
  assert.equal(toGroupLines(read), text);
});

test('a line without a role is sent as such, so that the server says what is missing', () => {
  assert.deepEqual(toGroupRoles('ops'), [{ group: 'ops', role: '' }]);
});
