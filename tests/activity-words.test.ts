import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { availableActions } from '../contract/index.ts';
import en from '../web/text/en.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const facts = readFileSync(join(root, 'server/bus/bus.ts'), 'utf8');

/** What the rooms write into the activity log, as far as their sources name it: `#record(…, 'user.create', …)`. */
const recorded = (): string[] => {
  const sources = globSync('server/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'));
  const near = /(?:\baction(?::| =)|#(?:record|note)\w*\(|\brecord\()[^;{]{0,160}?'[a-z_-]+\.[a-z_-]+'[^;{]*/g;
  const calls = sources.flatMap((source) => [...source.matchAll(near)].map(([call]) => call));
  const names = new Set(calls.flatMap((call) => call.match(/(?<=')[a-z_-]+\.[a-z_-]+(?=')/g) ?? []));
  return [...names].filter((name) => !facts.includes(`'${name}'`));
};

test('whatever is written into the activity log has words in the UI', () => {
  const actions = [...recorded(), ...availableActions.map((action) => `container.${action}`)];
  assert.ok(actions.length >= 40, `only ${actions.length} were found: ${actions.join(', ')}`);
  assert.deepEqual(
    actions.filter((action) => !Object.hasOwn(en, `did.${action}`)),
    [],
  );
});
