import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { brokenDirections } from './import-directions.ts';

/** The broken directions of a made-up tree of files and their contents. */
const check = (t: TestContext, tree: Record<string, string>): string[] => {
  const root = mkdtempSync(join(tmpdir(), 'chr-directions-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return brokenDirections(root).broken.map((sentence) => sentence.split(': ')[0] ?? '');
};

const rows: { behaviour: string; tree: Record<string, string>; broken: string[] }[] = [
  {
    behaviour: 'the contract may not take from the server',
    tree: { 'contract/index.ts': `import { a } from '../server/a.ts';` },
    broken: ['contract/index.ts imports server/a.ts'],
  },
  {
    behaviour: 'the contract may not take from the UI, a type neither',
    tree: { 'contract/index.ts': `import type { A } from '../web/a.ts';` },
    broken: ['contract/index.ts imports web/a.ts'],
  },
  {
    behaviour: 'the UI may not take from the server, in a Svelte file neither',
    tree: {
      'web/parts/list.svelte': `<script lang="ts">\nimport { a } from '../../server/config.ts';\n</script>\n<p>x</p>`,
    },
    broken: ['web/parts/list.svelte imports server/config.ts'],
  },
  {
    behaviour: 'the server may not take from the lab, when it is used neither',
    tree: { 'server/app.ts': `const lab = await import('../lab/engine.ts');` },
    broken: ['server/app.ts imports lab/engine.ts'],
  },
  {
    behaviour: 'the server may not take from the tests',
    tree: { 'server/app.ts': `export * from '../tests/app.ts';` },
    broken: ['server/app.ts imports tests/app.ts'],
  },
  {
    behaviour: 'a room may not reach into another',
    tree: { 'server/rooms/runs/ledger.ts': `import { store } from '../schedules/store.ts';` },
    broken: ['server/rooms/runs/ledger.ts imports server/rooms/schedules/store.ts'],
  },
  {
    behaviour: 'a room may not reach into the engine',
    tree: { 'server/rooms/runs/ledger.ts': `import { client } from '../../engine/transports/unix.ts';` },
    broken: ['server/rooms/runs/ledger.ts imports server/engine/transports/unix.ts'],
  },
  {
    behaviour: 'the composition root may not reach into a room',
    tree: { 'server/app.ts': `import { store } from './rooms/runs/store.ts';` },
    broken: ['server/app.ts imports server/rooms/runs/store.ts'],
  },
  {
    behaviour: 'a room may not open the database by itself',
    tree: { 'server/rooms/runs/ledger.ts': `import { DatabaseSync } from 'node:sqlite';` },
    broken: ['server/rooms/runs/ledger.ts imports node:sqlite'],
  },
  {
    behaviour: 'what the house is built on is allowed',
    tree: {
      'contract/index.ts': `export * from './hosts.ts'; import * as v from 'valibot';`,
      'web/main.ts': `import type { Host } from '../contract/index.ts';`,
      'server/app.ts': `import { Runs } from './rooms/runs/index.ts'; import { config } from './config.ts';`,
      'server/database/open.ts': `import { DatabaseSync } from 'node:sqlite';`,
      'server/rooms/runs/index.ts': `export * from './ledger.ts';`,
      'server/rooms/runs/ledger.ts': `import { Schedules } from '../schedules/index.ts'; import { route } from '../../http/route.ts';`,
      'server/rooms/runs/ledger.test.ts': `import { privateEngine } from '../../../lab/engine.ts';`,
      'tests/crash.ts': `import { startProgram } from '../lab/process.ts';`,
    },
    broken: [],
  },
  {
    behaviour: 'an import that is only mentioned counts for nothing',
    tree: {
      'contract/index.ts': `// import { a } from '../server/a.ts';\nconst a = "import { b } from '../server/b.ts'";`,
    },
    broken: [],
  },
];

for (const { behaviour, tree, broken } of rows) {
  test(behaviour, (t) => assert.deepEqual(check(t, tree), broken));
}

test('a tree without files is noticed', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'chr-directions-'));
  t.after(() => rmSync(root, { recursive: true }));
  assert.equal(brokenDirections(root).files, 0);
});
