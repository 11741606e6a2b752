import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })];

/** A heading's address, as the usual viewers of Markdown make it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const withoutCode = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, 'code');

const anchorsIn = (file: string): string[] =>
  [
    ...readFileSync(file, 'utf8')
      .replace(/^ *```[\s\S]*?^ *```/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map((m) => anchorOf(m[1] ?? ''));

test('every link from one document to another leads somewhere', () => {
  assert.ok(documents.length > 10);
  const broken = documents.flatMap((document) => {
    const file = join(root, document);
    const links = [...withoutCode(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] ?? '');
    return links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : join(dirname(file), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsIn(target).includes(anchor);
      })
      .map((link) => `${relative(root, file)}: ${link}`);
  });
  assert.deepEqual(broken, []);
});

test('the page on security says of each of the 34 requirements which tests show that it holds, and these are there', () => {
  const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([\d, ]+) \| .* \| (.*) \|$/gm)].map(([, numbers = '', tests = '']) => ({
    numbers: numbers.split(',').map(Number),
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));
  const told = new Set(rows.filter(({ tests }) => tests.length > 0).flatMap(({ numbers }) => numbers));
  assert.deepEqual(
    [...told].sort((a, b) => a - b),
    Array.from({ length: 34 }, (_, i) => i + 1),
  );
  const files = globSync(['server/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/*.test.ts'], { cwd: root });
  const missing = rows.flatMap(({ tests }) => tests).filter((name) => !files.some((file) => file.endsWith(name)));
  assert.deepEqual(missing, []);
});
