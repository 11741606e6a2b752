import * as v from 'valibot';
import { durationMs, id } from './common.ts';

/** Every action of the product; a version that lacks one refuses it by name. */
export const actionName = v.picklist(
  [
    'restart',
    'start',
    'stop',
    'kill',
    'pause',
    'unpause',
    'update',
    'exec',
    'run',
    'prune',
    'pull-image',
    'tag-image',
    'remove-image',
    'scale',
    'notify',
    'wait',
    'http',
    'rename',
    'clone',
    'remove',
  ],
  'must be an action, for example restart, start, stop, kill, pause or unpause',
);
export type ActionName = v.InferOutput<typeof actionName>;

/** The actions that this version carries out. The registry of the server is typed by it, so the two cannot part. */
export const availableActions = ['restart', 'start', 'stop', 'kill', 'pause', 'unpause'] as const;
export type AvailableAction = (typeof availableActions)[number];

/** Every kind of step that this version carries out: those actions, and what acts on something else. */
export const availableSteps = [
  ...availableActions,
  'update',
  'exec',
  'run',
  'prune',
  'pull-image',
  'tag-image',
  'remove-image',
  'http',
  'notify',
  'wait',
] as const;
export type AvailableStep = (typeof availableSteps)[number];

/** What is done by hand to one container that is named, and by no schedule or webhook. */
export const handActions = ['rename', 'remove', 'clone'] as const;
export type HandAction = (typeof handActions)[number];

const text = (longest: number) =>
  v.pipe(v.string(), v.maxLength(longest), v.excludes('\u0000', 'must not contain NUL characters'));

/** The program and its arguments, each by itself: nothing is read as a line for a shell. */
const argv = v.pipe(
  v.array(text(32_768)),
  v.minLength(1, 'must name a program, for example ["sh", "-c", "echo $HOME"]'),
  v.maxLength(200),
);

const environment = v.record(
  v.pipe(v.string(), v.maxLength(255), v.regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of a variable')),
  text(32_768),
);

export const containerName = v.pipe(
  v.string(),
  v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/, "must be a container's name: letters, digits, and . _ -"),
);

/** Options by action; which of them an action takes, and which it needs, docs/guide/steps.md says. */
export const actionOptions = v.strictObject({
  /** How long the container may take to stop before it is killed; default: the container's own stop timeout. */
  timeoutMs: v.optional(v.pipe(durationMs, v.maxValue(3_600_000, 'must be at most an hour (3600000)'))),
  /** A signal name such as SIGTERM, or its number. */
  signal: v.optional(v.pipe(v.string(), v.regex(/^(SIG)?[A-Z0-9+-]{1,12}$/, 'must be a signal such as SIGTERM or 15'))),
  /** Of exec and run. */
  command: v.optional(argv),
  /** Whom the command runs as, for example `www-data`, `1000` or `1000:1000`; default: as the container does. */
  user: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}$/, 'must be a user, or user:group'))),
  workingDir: v.optional(v.pipe(text(4096), v.startsWith('/', 'must be an absolute path'))),
  env: v.optional(environment),
  /** The exit codes that mean success; default: 0 alone. */
  successExitCodes: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))),
      v.minLength(1, 'must name at least one exit code'),
      v.maxLength(256),
    ),
  ),
  /** Of run: what the container is made of, for example `restic/restic:0.17`; and what steps with images act on. */
  image: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.:/@-]{0,254}$/, 'must be an image, for example restic/restic:0.17'),
    ),
  ),
  /** Instead of the image's own. */
  entrypoint: v.optional(argv),
  /** Folders of the host and volumes, as `/host/path:/in/container` or `volume:/in/container`, with `:ro` to only read. */
  binds: v.optional(
    v.pipe(
      v.array(v.pipe(text(4096), v.regex(/^[^:]+:\/[^:]*(:[a-zA-Z,]+)?$/, 'must be source:/path or source:/path:ro'))),
      v.maxLength(50),
    ),
  ),
  network: v.optional(
    v.pipe(v.string(), v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,254}$/, 'must be the name of a network')),
  ),
  /** Of remove: kill it first if it runs. Of update: take an image that was rolled back before. Default: false. */
  force: v.optional(v.boolean()),
  /** Of update: for how long the new container is watched before the old one goes; default: 20 s. */
  watchMs: v.optional(
    v.pipe(
      durationMs,
      v.minValue(1000, 'must be at least a second (1000)'),
      v.maxValue(3_600_000, 'must be at most an hour (3600000)'),
    ),
  ),
  /** Of remove: its anonymous volumes go, too; default: false. */
  volumes: v.optional(v.boolean()),
  /** Of remove: the container that was looked at; it is refused when the name means another one by now. */
  containerId: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a container's whole ID"))),
  /** Of clone: whether it is started; default: false. */
  start: v.optional(v.boolean()),
  /** Of clone: the ports of the host that the original has, which only one of the two can have; default: false. */
  publishPorts: v.optional(v.boolean()),
  /** Of run: whether the container goes when it has ended; default: true. */
  remove: v.optional(v.boolean()),
  /** Whether an image that is not there is fetched; default: missing. */
  pull: v.optional(v.picklist(['missing', 'never'], 'must be missing or never')),
  /** Of prune: what is removed where nothing uses it. */
  what: v.optional(
    v.picklist(
      ['images', 'containers', 'volumes', 'networks', 'build-cache'],
      'must be images, containers, volumes, networks or build-cache',
    ),
  ),
  /** Of rename and clone: the name that the container is to have. Of tag-image: the further name. */
  name: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9_./:-]{0,254}$/i, 'must be a name, of an image for example registry.lan/shop:2'),
    ),
  ),
  /** Of http: where the request goes. */
  url: v.optional(
    v.pipe(
      text(2000),
      v.url('must be an address such as https://example.org/hook'),
      v.regex(/^https?:\/\//i, 'must begin with http:// or https://'),
    ),
  ),
  /** Default: GET. */
  method: v.optional(
    v.picklist(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'must be GET, HEAD, POST, PUT, PATCH or DELETE'),
  ),
  headers: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header')),
      v.pipe(text(8192), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of plain characters')),
    ),
  ),
  body: v.optional(text(65_536)),
  /** The statuses that mean success; default: 200 to 299. */
  successStatuses: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
      v.minLength(1, 'must name at least one status'),
      v.maxLength(100),
    ),
  ),
  /** Of notify: what is told. */
  message: v.optional(v.pipe(text(4000), v.minLength(1, 'must not be empty'))),
  /** Default: the name of the schedule. */
  title: v.optional(v.pipe(text(200), v.minLength(1, 'must not be empty'))),
  /** Default: info. */
  severity: v.optional(v.picklist(['info', 'success', 'warning', 'error'], 'must be info, success, warning or error')),
  /** The channels that it goes to; default: all that are switched on. */
  channels: v.optional(v.pipe(v.array(id), v.minLength(1, 'must name at least one channel'), v.maxLength(50))),
  /** How long a step of kind wait takes. */
  durationMs: v.optional(
    v.pipe(durationMs, v.minValue(1, 'must be at least 1'), v.maxValue(86_400_000, 'must be at most a day (86400000)')),
  ),
});
export type ActionOptions = v.InferOutput<typeof actionOptions>;

/** What a step acts on; resolved when the step starts. A name means exactly that name. */
export const selector = v.union(
  [
    v.strictObject({ hostId: id, container: containerName }),
    v.strictObject({
      stack: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      service: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
      hostId: v.optional(id),
    }),
    v.strictObject({ tag: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) }),
    v.strictObject({
      label: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      value: v.optional(v.pipe(v.string(), v.maxLength(1000))),
    }),
    v.strictObject({
      namePattern: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      hostId: v.optional(id),
    }),
    v.strictObject({ hostId: id, all: v.literal(true) }),
  ],
  'must be one of {hostId, container}, {stack, service?, hostId?}, {tag}, {label, value?}, {namePattern, hostId?}, {hostId, all: true}',
);
export type Selector = v.InferOutput<typeof selector>;

export const containerActionRequest = v.strictObject({
  action: actionName,
  options: v.optional(actionOptions),
});
export const bulkActionRequest = v.strictObject({
  action: actionName,
  /** Of an action that acts on a host. */
  hostId: v.optional(id),
  targets: v.optional(v.pipe(v.array(selector), v.maxLength(1000, 'must name at most 1000 targets')), []),
  options: v.optional(actionOptions),
});
export const acceptedRun = v.object({ runId: v.string() });
