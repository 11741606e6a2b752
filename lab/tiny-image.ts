import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { callEngine } from './engine-api.ts';
import { tar } from './tar.ts';

/** The image that every private engine has: one static busybox, 2 MB. */
export const tinyImage = 'tiny:1';

/** Sleeps for ever, and ends at once when told to: as the first process, `sleep` alone would ignore SIGTERM. */
const sleepUntilTold = ['/bin/sh', '-c', 'trap "exit 0" TERM INT; sleep infinity & wait'];

/** Loads the tiny image into an engine, without any registry, in about 0.1 s. */
export const importTinyImage = async (socket: string): Promise<void> => {
  const [repo, tag] = tinyImage.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: repo ?? '', tag: tag ?? '' });
  query.append('changes', `CMD ${JSON.stringify(sleepUntilTold)}`);
  const { status, json } = await callEngine(socket, 'POST', `/images/create?${query}`, rootFileSystem());
  const text = JSON.stringify(json);
  if (status !== 200 || text.includes('errorDetail')) throw new Error(`The tiny image was refused: ${status} ${text}`);
};

const rootFileSystem = (): Uint8Array => {
  const busybox = '/bin/busybox';
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  return tar([
    ...['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'root'].map((path) => ({ path: `${path}/`, mode: 0o755 })),
    { path: 'bin/busybox', mode: 0o755, content: readFileSync(busybox) },
    ...applets
      .filter((name) => name !== 'busybox')
      .map((name) => ({ path: `bin/${name}`, mode: 0o777, linkTo: 'busybox' })),
    { path: 'etc/passwd', mode: 0o644, content: Buffer.from('root:x:0:0:root:/root:/bin/sh\n') },
    { path: 'etc/group', mode: 0o644, content: Buffer.from('root:x:0:\n') },
  ]);
};
