import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabEngine } from './engine.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait.ts';

/** A real registry of images (Debian's docker-registry) on loopback, which engines take without TLS. */
export interface Registry {
  port: number;
  /** The name of an image there, for example `127.0.0.1:40123/shop:1`. */
  nameOf(image: string): string;
  /** Gives an engine's image the name of an image there and pushes it; the engine must share the machine's network. */
  push(engine: Pick<LabEngine, 'request'>, image: string, as: string): Promise<string>;
  /** Loses a layer, as a full or broken disk would, while the list of the image stays. */
  lose(digest: string): void;
  close(): Promise<void>;
}

/** Needs Debian's docker-registry, which `npm test` installs without starting a service. */
export const openRegistry = async (): Promise<Registry> => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-registry-'));
  const port = await freePort();
  const configuration = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(configuration));
  const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await waitUntil('the registry', 10_000, 20, () => {
    if (server.exitCode !== null) throw new Error(`docker-registry ended with ${server.exitCode}`);
    return answers(port);
  });
  const nameOf = (image: string) => `127.0.0.1:${port}/${image}`;
  return {
    port,
    nameOf,
    lose: (digest) => {
      const hex = digest.replace('sha256:', '');
      const blobs = join(folder, 'data/docker/registry/v2/blobs/sha256');
      rmSync(join(blobs, hex.slice(0, 2), hex, 'data'));
    },
    push: (engine, image, as) => push(engine, image, nameOf(as)),
    close: async () => {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
};

const push = async (engine: Pick<LabEngine, 'request'>, image: string, name: string): Promise<string> => {
  const at = name.lastIndexOf(':');
  const [repo, tag] = [name.slice(0, at), name.slice(at + 1)];
  const named = await engine.request('POST', `/images/${image}/tag?${new URLSearchParams({ repo, tag })}`);
  // A body stands for the credentials that nobody has.
  const pushed = await engine.request('POST', `/images/${repo}/push?tag=${tag}`, {});
  const text = JSON.stringify(pushed.json);
  if (named.status === 201 && pushed.status === 200 && !text.includes('errorDetail')) return name;
  throw new Error(`${image} could not be pushed: ${named.status} ${pushed.status} ${text}`);
};

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/v2/`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
};
