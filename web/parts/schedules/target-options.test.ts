import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aContainer } from '../containers/testing.ts';
import { fitting, targetOptions, textOf } from './target-options.ts';

const containers = [
  aContainer({ name: 'jellyfin', stack: 'media' }),
  aContainer({ name: 'immich', stack: 'media' }),
  aContainer({ name: 'web', hostId: 2 }),
];
const options = targetOptions(containers, (id) => (id === 1 ? 'nas' : 'vps'));

test('each container and each whole stack can be chosen', () => {
  assert.deepEqual(
    options.map((option) => [option.name, option.count]),
    [
      ['immich', 1],
      ['jellyfin', 1],
      ['web', 1],
      ['media', 2],
    ],
  );
});

test('what is typed is looked for in name, host and stack, and names that begin with it come first', () => {
  assert.deepEqual(
    fitting(options, 'me', []).map((option) => option.name),
    ['media', 'immich', 'jellyfin'],
  );
  assert.deepEqual(
    fitting(options, 'VPS w', []).map((option) => option.name),
    ['web'],
  );
});

test('what is chosen is not offered again, however its fields are ordered', () => {
  const chosen = [{ container: 'web', hostId: 2 }];
  assert.deepEqual(fitting(options, 'web', chosen), []);
  assert.equal(textOf({ hostId: 2, container: 'web' }), textOf({ container: 'web', hostId: 2 }));
});
