import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { build as buildWeb } from 'vite';

const root = join(import.meta.dirname, '..');

/**
 * One bundle with all packages inside: it starts faster and takes less memory than many files. What the program
 * imports only when it is used stays apart.
 */
const buildServer = async (): Promise<void> => {
  const outdir = join(root, 'dist/server');
  await rm(outdir, { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: ['server/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    platform: 'node',
    // Some packages still call require for what Node brings; a module has none of its own.
    banner: { js: `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);` },
    format: 'esm',
    target: 'node26',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  });
};

const buildUi = (): Promise<unknown> => buildWeb({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });

try {
  await Promise.all([buildServer(), buildUi()]);
} catch (error) {
  // The bundlers' own words name file and line; a stack of ours adds nothing.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
