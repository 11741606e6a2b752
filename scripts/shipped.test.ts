import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { foreignLicences } from './licences.ts';
import { billOfMaterials, licenceTexts } from './sbom.ts';
import { shippedPackages } from './shipped.ts';

const root = join(import.meta.dirname, '..');

/** A project with these packages in its lock file, and these files. */
const project = (t: TestContext, packages: Record<string, object>, files: Record<string, string> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-shipped-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const all = { 'package-lock.json': JSON.stringify({ packages }), ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
};

test('a dependency deep down with a licence that is not allowed is named, with the way to it', (t) => {
  const folder = project(t, {
    '': { dependencies: { outer: '1.0.0' }, devDependencies: { tool: '1.0.0' } },
    'node_modules/outer': { version: '1.0.0', license: 'MIT', dependencies: { inner: '^2' } },
    'node_modules/inner': { version: '1.0.0', license: 'MIT' },
    'node_modules/outer/node_modules/inner': { version: '2.0.0', license: 'GPL-3.0-only' },
    'node_modules/tool': { version: '1.0.0', license: 'GPL-3.0-only', dev: true },
  });
  assert.deepEqual(foreignLicences(shippedPackages(folder)), [
    'inner@2.0.0 (needed by outer) has the licence GPL-3.0-only',
  ]);
});

test('what the pages import is shipped, whatever package.json calls it; what their tests import is not', (t) => {
  const folder = project(
    t,
    {
      '': { devDependencies: { '@some/page': '1.0.0', tester: '1.0.0' } },
      'node_modules/@some/page': { version: '1.0.0', license: 'SEE LICENSE IN EULA' },
      'node_modules/tester': { version: '1.0.0' },
    },
    {
      'web/page.svelte': `<script lang="ts">\nconst { a } = await import('@some/page/part');\n</script>`,
      'web/page.test.ts': `import 'tester';`,
    },
  );
  const [only, ...more] = foreignLicences(shippedPackages(folder));
  assert.equal(only, '@some/page@1.0.0 (a dependency of ours) has the licence SEE LICENSE IN EULA');
  assert.deepEqual(more, []);
});

const licences: [license: string | undefined, isAllowed: boolean][] = [
  ['MIT', true],
  ['(MIT OR GPL-2.0-only)', true],
  ['MIT AND BSD-3-Clause', true],
  ['MIT AND GPL-2.0-only', false],
  ['AGPL-3.0-or-later', false],
  ['UNLICENSED', false],
  [undefined, false],
];
for (const [license, isAllowed] of licences) {
  test(`the licence ${license} is ${isAllowed ? '' : 'not '}allowed`, (t) => {
    const folder = project(t, {
      '': { dependencies: { one: '1.0.0' } },
      'node_modules/one': { version: '1.0.0', ...(license && { license }) },
    });
    assert.equal(foreignLicences(shippedPackages(folder)).length, isAllowed ? 0 : 1);
  });
}

test('the bill of materials names the program, and every package that is shipped and no other', () => {
  const shipped = shippedPackages(root);
  const { metadata, components, dependencies } = billOfMaterials(root, shipped);
  const { name, version, dependencies: direct } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.deepEqual([metadata.component.name, metadata.component['bom-ref']], [name, `${name}@${version}`]);
  const named = new Set(components.map((component) => component['bom-ref']));
  assert.deepEqual(named, new Set(shipped.map((one) => `${one.name}@${one.version}`)));
  for (const one of [...Object.keys(direct), 'svelte']) {
    assert.ok(
      [...named].some((ref) => ref.startsWith(`${one}@`)),
      `${one} is missing`,
    );
  }
  assert.ok(![...named].some((ref) => ref.startsWith('playwright-core@')));
  for (const { ref, dependsOn = [] } of dependencies) {
    assert.ok(ref === `${name}@${version}` || named.has(ref), ref);
    for (const needed of dependsOn) assert.ok(named.has(needed), `${ref} needs ${needed}`);
  }
});

test('the licences of what is shipped are there with their texts', () => {
  const text = licenceTexts(root, shippedPackages(root));
  assert.match(text, /^hono \S+ \(MIT\)\n\nMIT License\n\nCopyright/m);
  assert.match(text, /^svelte \S+ \(MIT\)\n\nCopyright/m);
});

test('no package may run a script of its own at installation', () => {
  assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m);
});
