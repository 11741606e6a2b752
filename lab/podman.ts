import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineAnswer } from './engine-api.ts';
import { callEngine } from './engine-api.ts';
import { importTinyImage, tinyImage } from './tiny-image.ts';
import { waitUntil } from './wait.ts';

/** A real Podman with folders of its own, answering on a socket as Docker does. */
export interface LabPodman {
  socket: string;
  url: string;
  request(method: string, path: string, body?: unknown): Promise<EngineAnswer>;
  /** Creates a container without a network and starts it, unless told otherwise; resolves to its ID. */
  run(name: string, options?: { cmd?: string[]; labels?: Record<string, string>; binds?: string[] }): Promise<string>;
  close(): Promise<void>;
}

/** Debian's crun refuses the cgroups of many machines; there is no journal to write events to, and no systemd to ask. */
const settings = `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
`;

/** Needs root on Linux and Debian's podman, which `npm test` installs. */
export const privatePodman = async (): Promise<LabPodman> => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-podman-'));
  const socket = join(folder, 'podman.sock');
  writeFileSync(join(folder, 'containers.conf'), settings);
  const places = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
  const global = [...places, '--storage-driver', 'vfs'];
  const env = { ...process.env, CONTAINERS_CONF: join(folder, 'containers.conf') };
  const podman = (...command: string[]) => execFileSync('podman', [...global, ...command], { env, stdio: 'pipe' });
  const service = spawn('podman', [...global, 'system', 'service', '--time', '0', `unix://${socket}`], {
    env,
    stdio: 'ignore',
  });
  const close = async () => {
    podman('rm', '--all', '--force', '--time', '0');
    await ended(service);
    unmountBelow(folder);
    rmSync(folder, { recursive: true });
  };
  try {
    await waitUntil('Podman', 20_000, 50, () => answers(socket, service));
    await importTinyImage(socket);
    // It takes no notice of the tag.
    podman('tag', 'tiny:latest', tinyImage);
    podman('untag', 'docker.io/library/tiny:latest', 'docker.io/library/tiny:latest');
  } catch (error) {
    await close();
    throw error;
  }
  const request: LabPodman['request'] = (method, path, body) => callEngine(socket, method, path, body);
  return { socket, url: `unix://${socket}`, request, run: (name, options) => run(request, name, options), close };
};

const run = async (request: LabPodman['request'], name: string, options: Parameters<LabPodman['run']>[1] = {}) => {
  const { cmd, labels, binds } = options;
  const made = await request('POST', `/containers/create?name=${name}`, {
    Image: tinyImage,
    HostConfig: { NetworkMode: 'none', ...(binds && { Binds: binds }) },
    ...(cmd && { Cmd: cmd }),
    ...(labels && { Labels: labels }),
  });
  const { json } = made;
  const id = typeof json === 'object' && json !== null && 'Id' in json ? String(json.Id) : '';
  const started = await request('POST', `/containers/${id}/start`);
  if (made.status === 201 && started.status === 204) return id;
  throw new Error(`Podman did not start ${name}: ${JSON.stringify([made, started])}`);
};

const ended = async (service: ChildProcess): Promise<void> => {
  if (service.exitCode !== null || service.signalCode !== null) return;
  const gone = once(service, 'exit');
  service.kill();
  await gone;
};

/** Podman leaves its storage mounted onto itself. */
const unmountBelow = (folder: string): void => {
  const places = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of places.toReversed()) execFileSync('umount', [place]);
};

const answers = async (socket: string, service: ChildProcess): Promise<boolean> => {
  if (service.exitCode !== null) throw new Error(`podman ended with ${service.exitCode}`);
  try {
    return (await callEngine(socket, 'GET', '/_ping')).status === 200;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw error;
  }
};
