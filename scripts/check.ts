import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Check {
  name: string;
  /** A program of a package, or one of ours, run by the same Node as this one. */
  script: string;
  arguments: string[];
  directory?: string;
}

const checks: Check[] = [
  {
    name: 'types of the UI',
    script: 'node_modules/svelte-check/bin/svelte-check',
    arguments: ['--tsconfig', './tsconfig.json', '--tsgo', '--fail-on-warnings', '--output', 'human'],
    directory: 'web',
  },
  { name: 'types', script: 'node_modules/@typescript/native/bin/tsc', arguments: ['-p', 'tsconfig.json'] },
  {
    name: 'lint and format',
    script: 'node_modules/@biomejs/biome/bin/biome',
    arguments: ['check', '--error-on-warnings', '--colors=off', '--max-diagnostics=50'],
  },
  {
    name: 'format of the Svelte files',
    script: 'node_modules/prettier/bin/prettier.cjs',
    arguments: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'directions of imports', script: 'scripts/import-directions.ts', arguments: [] },
  { name: 'licences of what is shipped', script: 'scripts/licences.ts', arguments: [] },
];

/** Runs one check; resolves to false when it found something, after showing what. */
const run = (check: Check): Promise<boolean> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    execFile(
      process.execPath,
      [join(root, check.script), ...check.arguments],
      { cwd: join(root, check.directory ?? '.'), maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(`${error ? '✖' : '✔'} ${check.name} (${seconds} s)`);
        if (error) console.log(`${stdout}${stderr}`.trimEnd());
        resolve(!error);
      },
    );
  });

const results = await Promise.all(checks.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
