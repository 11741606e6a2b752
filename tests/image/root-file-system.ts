import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Stage } from './dockerfile.ts';
import { copiesOf } from './dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const node = process.execPath;

/** Where what the final stage copies from the build stage comes from here. */
const built: Record<string, string> = {
  '/out/node': node,
  '/out/node-license': join(root, 'LICENSE'),
  '/build/package.json': join(root, 'package.json'),
  '/build/LICENSE': join(root, 'LICENSE'),
  '/build/dist': join(root, 'dist'),
};

/**
 * Loads an image into an engine that is what the Dockerfile's final stage makes, with the libraries and the bash of
 * this machine in place of the base image, which no test can fetch.
 */
export const importImage = async (socket: string, name: string, final: Stage): Promise<void> => {
  const stage = mkdtempSync(join(tmpdir(), 'chr-image-'));
  try {
    for (const file of [...librariesOf(node), ...librariesOf('/bin/bash'), '/bin/bash']) link(stage, file, file);
    for (const { from, sources, target } of copiesOf(final)) {
      for (const source of sources) link(stage, sourceOf(from, source), placeOf(source, target));
    }
    for (const directory of ['data', 'tmp', 'proc', 'sys', 'dev', 'etc', 'var/run']) {
      mkdirSync(join(stage, directory), { recursive: true });
    }
    chownSync(join(stage, 'data'), 1000, 1000);
    // As in every base image; the engine gives this mode to what it mounts there.
    chmodSync(join(stage, 'tmp'), 0o1777);
    await sendTar(socket, `/images/create?${new URLSearchParams({ fromSrc: '-', repo: name, tag: 'local' })}`, stage);
  } finally {
    rmSync(stage, { recursive: true });
  }
};

/** The loader and the libraries that a program needs. */
const librariesOf = (program: string): string[] =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map((m) => m[1] ?? '');

const sourceOf = (from: string | null, source: string): string => {
  if (from === null) return join(root, source);
  const path = built[source];
  if (path === undefined) throw new Error(`This test does not know ${source} of the build stage`);
  return path;
};

/** As COPY does it: into a directory that is written with a slash at the end, else under that name. */
const placeOf = (source: string, target: string): string =>
  target.endsWith('/') ? join(target, source.slice(source.lastIndexOf('/') + 1)) : target;

const link = (stage: string, source: string, place: string): void => {
  const path = join(stage, place);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(source, path);
};

/** The runtime alone has 150 MB: it goes from tar to the engine without being held. */
const sendTar = (socket: string, path: string, directory: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const tar = spawn('tar', ['--dereference', '-cC', directory, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const headers = { 'content-type': 'application/x-tar' };
    const call = request({ socketPath: socket, method: 'POST', path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200 && !text.includes('errorDetail')) resolve();
        else reject(new Error(`The image was refused: ${answer.statusCode} ${text}`));
      });
    });
    call.on('error', reject);
    tar.stdout.pipe(call);
  });
