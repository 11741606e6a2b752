import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What the kernel and the engine tell a process about the container that it runs in. */
export interface SelfEvidence {
  /** The text of /proc/self/cgroup and /proc/self/mountinfo; empty where there is none. */
  cgroup: string;
  mountinfo: string;
  hostname: string;
}

/**
 * The ID of the container that this process runs in, or its first twelve digits; null outside of one.
 *
 * The cgroup is the best witness, but with cgroup namespaces (the default on cgroup v2) it shows nothing. Then the files
 * that the engine mounts into each container are: their source lies in a directory named for the ID. With
 * `network_mode: container:…` that is the other container's, which is then protected in our place. The host name comes last: by
 * default it is the short ID, and the one who asks compares it with containers that exist.
 */
export const ownContainerId = (evidence: SelfEvidence = readEvidence()): string | null =>
  idInCgroup(evidence.cgroup) ?? idInMounts(evidence.mountinfo) ?? idInHostname(evidence.hostname);

const readEvidence = (): SelfEvidence => ({
  cgroup: readIfThere('/proc/self/cgroup'),
  mountinfo: readIfThere('/proc/self/mountinfo'),
  hostname: hostname(),
});

/** `/docker/<id>`, `…/docker-<id>.scope`, `…/libpod-<id>.scope`, `/lab/<id>`: the last ID is the innermost container. */
const idInCgroup = (text: string): string | null =>
  text
    .split('\n')
    .map((line) => /.*[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(line)?.[1])
    .find((id) => id !== undefined) ?? null;

/** Fields 4 and 5 of a line: the source within its file system, and where it is mounted. */
const idInMounts = (text: string): string | null => {
  for (const line of text.split('\n')) {
    const [, , , source = '', target = ''] = line.split(' ');
    const id = /containers\/([0-9a-f]{64})\//.exec(source)?.[1];
    if (id && /^\/etc\/(hostname|hosts|resolv\.conf)$/.test(target)) return id;
  }
  return null;
};

const idInHostname = (name: string): string | null => (/^[0-9a-f]{12}$/.test(name) ? name : null);

/** Not every system has these files: then they tell nothing. */
const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
};
