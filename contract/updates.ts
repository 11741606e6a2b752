import * as v from 'valibot';
import { selector } from './actions.ts';
import { instant } from './common.ts';

/** Why there is no answer, or none that is fresh. */
export const updateReason = v.picklist([
  /** It was not looked at yet. */
  'unchecked',
  /** Checks are switched off. */
  'off',
  /** The container was made of a bare ID: nobody knows the name that would be asked for. */
  'no_name',
  /** Its name says which digest it is to be, for ever. */
  'pinned',
  /** Built or loaded here: no registry knows it. */
  'local',
  /** Its host cannot be asked what it has. */
  'host_away',
  /** A newer one was seen once; it counts when it is seen again. */
  'unsure',
  /** The newest was rolled back on this container. */
  'blocked',
  /** There is a newer one, but none for this platform. */
  'platform',
  'not_found',
  'denied',
  'realm',
  'limited',
  'unreachable',
  'refused',
  'odd',
]);
export type UpdateReason = v.InferOutput<typeof updateReason>;

/** Whether there is a newer image for a container, and how that is known. */
export const containerUpdate = v.object({
  hostId: v.number(),
  container: v.string(),
  /** As the container names it. */
  image: v.string(),
  /** Null: nobody knows; `reason` says why. */
  available: v.nullable(v.boolean()),
  /** True where the newer image is on the host already and only waits to be used. */
  pulled: v.boolean(),
  /** What the container runs: the digest that its registry gave for it. */
  currentDigest: v.nullable(v.string()),
  /** What the registry has under the same name now. */
  newestDigest: v.nullable(v.string()),
  /** When this instance saw the newest digest first. */
  since: v.nullable(instant),
  /** When the registry was asked last, whatever came of it. */
  checkedAt: v.nullable(instant),
  /** When it will be asked again by itself; null: not. */
  nextCheckAt: v.nullable(instant),
  reason: v.nullable(updateReason),
  /** The reason in a sentence, with the remedy. */
  message: v.nullable(v.string()),
});
export type ContainerUpdate = v.InferOutput<typeof containerUpdate>;

/** How far the checks are that somebody asked for; counted in containers that the caller sees. */
export const updateCheck = v.object({
  running: v.boolean(),
  total: v.number(),
  done: v.number(),
  /** How many of them have an update. */
  found: v.number(),
  /** Null: none was asked for since the start. */
  startedAt: v.nullable(instant),
  finishedAt: v.nullable(instant),
});
export type UpdateCheck = v.InferOutput<typeof updateCheck>;

export const updateList = v.object({ items: v.array(containerUpdate), nextCursor: v.null(), check: updateCheck });

/** Which containers are looked at; left out: all that the caller may operate. */
export const updateCheckRequest = v.strictObject({
  targets: v.optional(v.pipe(v.array(selector), v.minLength(1, 'must name at least one target'), v.maxLength(5_000))),
});

const registryHost = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(255),
  v.regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/,
    'must be a host as in names of images, such as ghcr.io or registry.example.org:5000',
  ),
);
const credential = v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(4_000));
const username = v.pipe(credential, v.regex(/^[^:\p{Cc}]+$/u, 'must not have a colon'));
const realm = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(500),
  v.regex(/^https?:\/\/[^/?#\s@]+\/?$/, 'must be an address without a path, such as https://auth.example.org'),
);
const certificates = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(64_000),
  v.regex(/^-----BEGIN CERTIFICATE-----/, 'must be certificates in PEM form'),
);

/** What we are to know of a registry. */
export const registryInput = v.strictObject({
  host: registryHost,
  /** Null: as nobody. */
  username: v.optional(v.nullable(username), null),
  /** Or a token. It is never told again. */
  password: v.optional(v.nullable(credential), null),
  /** The token server that the credentials may go to, beside the registry itself. */
  realm: v.optional(v.nullable(realm), null),
  /** Plain http, on this machine and its networks only. Default: where the registry is on this machine. */
  insecure: v.optional(v.boolean()),
  /** Certificates that count beside the system's. */
  ca: v.optional(v.nullable(certificates), null),
});
export type RegistryInput = v.InferOutput<typeof registryInput>;

/** What an edit may change. Where credentials would go elsewhere from then on, they have to be given again. */
export const registryPatch = v.strictObject({
  username: v.optional(v.nullable(username)),
  password: v.optional(v.nullable(credential)),
  realm: v.optional(v.nullable(realm)),
  insecure: v.optional(v.boolean()),
  ca: v.optional(v.nullable(certificates)),
});
export type RegistryPatch = v.InferOutput<typeof registryPatch>;

export const registry = v.object({
  id: v.number(),
  host: v.string(),
  username: v.nullable(v.string()),
  hasPassword: v.boolean(),
  realm: v.nullable(v.string()),
  insecure: v.boolean(),
  hasCa: v.boolean(),
  createdAt: instant,
});
export type Registry = v.InferOutput<typeof registry>;
export const registryList = v.object({ items: v.array(registry), nextCursor: v.null() });

export const registryTestRequest = v.strictObject({
  /** An image there: registries tell only by one whether credentials are good for it. */
  image: v.pipe(v.string(), v.trim(), v.minLength(1, 'must name an image'), v.maxLength(400)),
});
export const registryTest = v.object({
  ok: v.boolean(),
  /** In words. */
  message: v.string(),
  /** Where the credentials would have to go; null unless that is what is missing. */
  realm: v.nullable(v.string()),
});
export type RegistryTest = v.InferOutput<typeof registryTest>;
