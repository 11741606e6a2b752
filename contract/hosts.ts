import * as v from 'valibot';
import { id, instant, name } from './common.ts';
import { timeWindows } from './windows.ts';

export const hostStatus = v.picklist(['online', 'offline', 'disabled', 'connecting']);
export type HostStatus = v.InferOutput<typeof hostStatus>;

/** What Chrontainer may ask of a host's engine, whoever wants it; what is beyond never leaves the program. */
export const hostGrant = v.picklist(
  ['observe', 'operate', 'update', 'exec'],
  'must be observe, operate, update or exec',
);
export type HostGrant = v.InferOutput<typeof hostGrant>;

const grants = v.pipe(
  v.array(hostGrant),
  v.transform((given) => hostGrant.options.filter((one) => given.includes(one))),
  v.check((given) => given.includes('observe'), 'must hold observe: without it there is nothing to show'),
  v.check(
    (given) => given.length <= 1 || given.includes('operate'),
    'must hold operate as well: updates and commands start and stop containers',
  ),
);

/** What can be asked of an engine, by what filters in front of engines tell apart. */
export const engineArea = v.picklist([
  'containers',
  'events',
  'machine',
  'logs',
  'usage',
  'processes',
  'images',
  'volumes',
  'networks',
  'start',
  'stop',
  'restart',
  'kill',
  'pause',
  'rename',
  'remove',
  'create',
  'pull',
  'changeImages',
  'changeNetworks',
  'commands',
  'jobs',
]);
export type EngineArea = v.InferOutput<typeof engineArea>;

/** What a connection may be used for, found out without changing anything: whatever the host's grants are. */
export const hostReach = v.object({
  askedAt: instant,
  areas: v.array(
    v.object({
      area: engineArea,
      /** The grant that it belongs to. */
      grant: hostGrant,
      /** `refused` by a filter in front of the engine, or by the engine; `unknown`: no answer that says so or so. */
      answer: v.picklist(['allowed', 'refused', 'unknown']),
    }),
  ),
});
export type HostReach = v.InferOutput<typeof hostReach>;

/** What the engine says of itself. */
export const engineFacts = v.object({
  /** `docker` or `podman`, recognised by `/version`. */
  kind: v.picklist(['docker', 'podman']),
  version: v.string(),
  apiVersion: v.string(),
  operatingSystem: v.string(),
  architecture: v.string(),
  /** The following are null where the engine, or a proxy in front of it, does not tell. */
  distribution: v.nullable(v.string()),
  cpus: v.nullable(v.number()),
  memoryBytes: v.nullable(v.number()),
  storageDriver: v.nullable(v.string()),
  /** How far its clock is ahead of ours, when it was connected to; negative: behind. */
  clockOffsetMs: v.nullable(v.number()),
});
export type EngineFacts = v.InferOutput<typeof engineFacts>;

/** What a host's connection may be given, and is never told again. */
export const hostCredential = v.picklist(['ca', 'certificate', 'key', 'sshKey']);
export type HostCredential = v.InferOutput<typeof hostCredential>;

export const host = v.object({
  id: v.number(),
  name: v.string(),
  url: v.string(),
  enabled: v.boolean(),
  color: v.string(),
  /** Its place in lists. */
  position: v.number(),
  status: hostStatus,
  /** Why the host is not online, in words, with the remedy. */
  reason: v.nullable(v.string()),
  /** Set while it is online but finishes nothing that it is told: since when, and why, with the remedy. */
  hang: v.nullable(v.object({ since: instant, reason: v.string() })),
  /** Why its address is unsafe, with the remedy; null where it is not. */
  hazard: v.nullable(v.string()),
  lastSeenAt: v.nullable(instant),
  engine: v.nullable(engineFacts),
  containers: v.object({ total: v.number(), running: v.number() }),
  grants: v.array(hostGrant),
  /** Whether a tcp address is spoken to by TLS. */
  tls: v.boolean(),
  /** SHA-256 of the one certificate that is accepted; null: whatever the authority signed. */
  fingerprint: v.nullable(v.string()),
  /** The fingerprint of the SSH host key that was accepted, as OpenSSH prints it. */
  hostKeyFingerprint: v.nullable(v.string()),
  /** Which credentials are stored. */
  credentials: v.array(hostCredential),
  /** What its connection may be used for, as the last test found out; null: not tested since the start. */
  reach: v.nullable(hostReach),
  /** When schedules may act on it, in the instance's zone; none: always. */
  windows: timeWindows,
});
export type Host = v.InferOutput<typeof host>;

const color = v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #2f81d0'));
const url = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(500));
const pem = (what: string) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(64_000),
    v.regex(/^-----BEGIN [A-Z0-9 ]+-----/, `must be ${what} in PEM form`),
  );

/** How to get there; a field that is left out of an edit keeps its value, null takes it away. */
const connection = {
  tls: v.optional(v.boolean()),
  ca: v.optional(v.nullable(pem('one or more certificates'))),
  certificate: v.optional(v.nullable(pem('a certificate'))),
  key: v.optional(v.nullable(pem('a private key'))),
  fingerprint: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase()),
        v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 fingerprint: 64 hexadecimal digits'),
      ),
    ),
  ),
  sshKey: v.optional(v.nullable(pem('a private key'))),
  /** `ssh-ed25519 AAAA…`, as the test of the connection shows it. */
  hostKey: v.optional(
    v.nullable(
      v.pipe(v.string(), v.trim(), v.maxLength(4000), v.regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/, 'must be a host key')),
    ),
  ),
};

export const hostInput = v.strictObject({
  name,
  url,
  color: v.optional(color, '#5b7083'),
  enabled: v.optional(v.boolean(), true),
  grants: v.optional(grants, [...hostGrant.options]),
  ...connection,
});
export type HostInput = v.InferOutput<typeof hostInput>;

/** What an edit may change; a field that is left out keeps its value. */
export const hostPatch = v.strictObject({
  name: v.optional(name),
  url: v.optional(url),
  color: v.optional(color),
  enabled: v.optional(v.boolean()),
  grants: v.optional(grants),
  windows: v.optional(timeWindows),
  ...connection,
});
export type HostPatch = v.InferOutput<typeof hostPatch>;

/** A connection to try before it is saved; with `hostId` what is left out is that host's. */
export const hostTrial = v.strictObject({ hostId: v.optional(id), url, ...connection });
export type HostTrial = v.InferOutput<typeof hostTrial>;

/** All hosts in the order in which they are to be shown. */
export const hostOrder = v.strictObject({ hostIds: v.pipe(v.array(id), v.maxLength(1000)) });

/** The steps of a test, in their order; which of them there are depends on the kind of address. */
export const hostTestStep = v.picklist([
  'address',
  'resolve',
  'connect',
  'tls',
  'hostKey',
  'signIn',
  'answer',
  'permission',
  'version',
]);
export type HostTestStep = v.InferOutput<typeof hostTestStep>;

/** How far a fresh connection got. The steps end with the first that failed. */
export const hostTest = v.object({
  ok: v.boolean(),
  steps: v.array(v.object({ name: hostTestStep, ok: v.boolean(), message: v.string() })),
  /** How long the engine took for a sign of life; null when there was none. */
  latencyMs: v.nullable(v.number()),
  /** The SSH host key that the host shows, to be compared and accepted; null where there is none. */
  hostKey: v.nullable(v.object({ key: v.string(), fingerprint: v.string(), isAccepted: v.boolean() })),
  /** What the connection may be used for; null when it did not get that far. */
  reach: v.nullable(hostReach),
});
export type HostTest = v.InferOutput<typeof hostTest>;

/** What names a host, and what becomes of it when the host is deleted: see docs/guide/hosts.md. */
export const hostDependent = v.object({
  kind: v.picklist(['schedule', 'webhook', 'apiKey', 'role', 'rule', 'ping', 'tags', 'notes']),
  /** Null where it is a number of things rather than one. */
  id: v.nullable(v.number()),
  name: v.string(),
});
export type HostDependent = v.InferOutput<typeof hostDependent>;

/** A proxy that lets through what the host's grants cover, and as little more as its switches allow. */
export const hostRecipe = v.object({
  /** A compose file for docker-socket-proxy. */
  compose: v.string(),
});
export type HostRecipe = v.InferOutput<typeof hostRecipe>;
