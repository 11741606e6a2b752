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
  /** A further door to the same images, which is closed to whoever has no credentials. */
  guarded(auth: RegistryAuth): Promise<GuardedRegistry>;
  /** Loses a layer, as a full or broken disk would, while the list of the image stays. */
  lose(digest: string): void;
  close(): Promise<void>;
}

/** How a registry knows who asks: by name and password, or by the tokens of a server. */
export type RegistryAuth =
  | { htpasswd: { realm: string; path: string } }
  | { token: { realm: string; service: string; issuer: string; rootcertbundle: string } };

export interface GuardedRegistry {
  port: number;
  nameOf(image: string): string;
  close(): Promise<void>;
}

/** Who may come in by `htpasswd`. */
export const registryAccount = { username: 'ada', password: 'seventeen green lamps' };
const htpasswd = 'ada:$2b$04$skb4bCubAOEwA9XVrL1uZezETN9VDfAPvho/.64Ote8dfhR9xTTSu\n';

/** Needs Debian's docker-registry, which `npm test` installs without starting a service. */
export const openRegistry = async (): Promise<Registry> => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-registry-'));
  const { port, nameOf, close } = await serve(folder, {});
  return {
    port,
    nameOf,
    lose: (digest) => {
      const hex = digest.replace('sha256:', '');
      const blobs = join(folder, 'data/docker/registry/v2/blobs/sha256');
      rmSync(join(blobs, hex.slice(0, 2), hex, 'data'));
    },
    push: (engine, image, as) => push(engine, image, nameOf(as)),
    guarded: (auth) => serve(folder, { auth }),
    close: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
};

/** A file for `htpasswd` with the one account. */
export const writeAccounts = (folder: string): string => {
  const path = join(folder, 'htpasswd');
  writeFileSync(path, htpasswd);
  return path;
};

const serve = async (folder: string, more: object): Promise<GuardedRegistry> => {
  const port = await freePort();
  const configuration = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    ...more,
  };
  const file = join(folder, `config-${port}.yml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  const server = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  await waitUntil('the registry', 10_000, 20, () => {
    if (server.exitCode !== null) throw new Error(`docker-registry ended with ${server.exitCode}`);
    return answers(port);
  });
  return {
    port,
    nameOf: (image) => `127.0.0.1:${port}/${image}`,
    close: async () => {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
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
    // 401: it is there, and closed.
    return [200, 401].includes((await fetch(`http://127.0.0.1:${port}/v2/`)).status);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
};
