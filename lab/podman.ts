import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { EngineAnswer } from './engine-api.ts';
import { callEngine } from './engine-api.ts';
import { EngineProcess } from './engine-process.ts';
import { importTinyImage, tinyImage } from './tiny-image.ts';

export interface PodmanContainer {
  cmd?: string[];
  labels?: Record<string, string>;
  binds?: string[];
  /** Default: none. */
  network?: string;
  /** Any other field of the engine's API. */
  more?: object;
  /** Default: true. */
  start?: boolean;
}

/** A real Podman with folders and networks of its own, answering on a socket as Docker does. */
export interface LabPodman {
  socket: string;
  url: string;
  request(method: string, path: string, body?: unknown): Promise<EngineAnswer>;
  /** Creates a container and starts it, unless told otherwise; resolves to its ID. */
  run(name: string, options?: PodmanContainer): Promise<string>;
  /** Runs a container's health check once, which is systemd's work where there is one. */
  probe(name: string): Promise<void>;
  /** What minds one container, by its ID, hangs: nobody tells Podman of its end. */
  freezeMinder(containerId: string): Promise<void>;
  thawMinder(containerId: string): Promise<void>;
  close(): Promise<void>;
}

/** Debian's crun refuses the cgroups of many machines; there is no journal to write events to, and no systemd to ask. */
const settingsIn = (folder: string): string => `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_config_dir = "${join(folder, 'networks')}"
`;

/**
 * Needs root on Linux and Debian's podman, which `npm test` installs. It ends with the test, also when that is killed.
 * @param registryPorts of registries on the machine's loopback without TLS; then it shares the machine's network
 */
export const privatePodman = async (...registryPorts: number[]): Promise<LabPodman> => {
  const folder = mkdtempSync(join(tmpdir(), `chr-lab-${process.env['CHRONTAINER_TEST_RUN'] ?? 'alone'}-podman-`));
  const cgroup = basename(folder);
  const [settings, registries] = [join(folder, 'containers.conf'), join(folder, 'registries.conf')];
  mkdirSync(join(folder, 'networks'));
  writeFileSync(settings, settingsIn(folder));
  const location = (port: number) => `[[registry]]\nlocation = "127.0.0.1:${port}"\ninsecure = true\n`;
  writeFileSync(registries, registryPorts.map(location).join(''));
  const engine = new EngineProcess(folder, cgroup, {
    network: registryPorts.length === 0,
    port: registryPorts.length > 0,
    arguments: [],
    env: { CHRONTAINER_LAB_KIND: 'podman', CONTAINERS_CONF: settings, CONTAINERS_REGISTRIES_CONF: registries },
  });
  const socket = join(folder, 'docker.sock');
  try {
    await engine.start();
    await importTinyImage(socket);
    // It takes no notice of the tag.
    await engine.podman('tag', 'tiny:latest', tinyImage);
    await engine.podman('untag', 'docker.io/library/tiny:latest', 'docker.io/library/tiny:latest');
  } catch (error) {
    await engine.close();
    throw error;
  }
  const request: LabPodman['request'] = (method, path, body) => callEngine(socket, method, path, body);
  return {
    socket,
    url: `unix://${socket}`,
    request,
    run: (name, options) => run(request, `/${cgroup}`, name, options),
    probe: (name) => engine.podman('healthcheck', 'run', name),
    freezeMinder: (id) => engine.signalMinder('STOP', id),
    thawMinder: (id) => engine.signalMinder('CONT', id),
    close: () => engine.close(),
  };
};

const run = async (request: LabPodman['request'], cgroup: string, name: string, options: PodmanContainer = {}) => {
  const { cmd, labels, binds, network = 'none', more, start = true } = options;
  const made = await request('POST', `/containers/create?name=${name}`, {
    Image: tinyImage,
    HostConfig: { NetworkMode: network, CgroupParent: cgroup, ...(binds && { Binds: binds }) },
    ...(cmd && { Cmd: cmd }),
    ...(labels && { Labels: labels }),
    ...more,
  });
  const { json } = made;
  const id = typeof json === 'object' && json !== null && 'Id' in json ? String(json.Id) : '';
  const started = start ? await request('POST', `/containers/${id}/start`) : null;
  if (made.status === 201 && (started === null || started.status === 204)) return id;
  throw new Error(`Podman did not start ${name}: ${JSON.stringify([made, started])}`);
};
