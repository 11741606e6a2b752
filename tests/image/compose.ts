import * as v from 'valibot';
import { parse } from 'yaml';

const strings = v.array(v.string());

/** Every key that the compose file's service has: one that is not named here would be one that nobody tests. */
const serviceSchema = v.strictObject({
  build: v.literal('.'),
  image: v.string(),
  restart: v.string(),
  ports: strings,
  environment: v.record(v.string(), v.string()),
  volumes: strings,
  group_add: strings,
  read_only: v.boolean(),
  tmpfs: strings,
  cap_drop: strings,
  security_opt: strings,
  healthcheck: v.strictObject({
    test: strings,
    interval: v.string(),
    timeout: v.string(),
    start_period: v.string(),
    retries: v.number(),
  }),
  stop_grace_period: v.string(),
  logging: v.strictObject({ driver: v.string(), options: v.record(v.string(), v.string()) }),
});
export type Service = v.InferOutput<typeof serviceSchema>;

const fileSchema = v.strictObject({
  services: v.strictObject({ chrontainer: serviceSchema }),
  volumes: v.strictObject({ data: v.strictObject({ name: v.string() }) }),
});

/**
 * The service of the compose file, with the variables of an environment put in.
 * @throws when the file has a key that is not known here, or a variable is missing that it demands
 */
export const readService = (text: string, env: Record<string, string>): Service =>
  v.parse(fileSchema, parse(interpolate(text, env))).services.chrontainer;

const interpolate = (text: string, env: Record<string, string>): string =>
  text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => {
    if (env[name]) return env[name];
    if (operator === '-') return rest;
    throw new Error(`required variable ${name} is missing a value: ${rest}`);
  });

/** What compose makes of the service when it asks the engine for a container: all but the image's own part. */
export const containerOf = (service: Service) => ({
  env: service.environment,
  hostConfig: {
    RestartPolicy: { Name: service.restart },
    PortBindings: Object.fromEntries(service.ports.map(portBinding)),
    Binds: service.volumes,
    GroupAdd: service.group_add,
    ReadonlyRootfs: service.read_only,
    Tmpfs: Object.fromEntries(service.tmpfs.map(tmpfs)),
    CapDrop: service.cap_drop,
    SecurityOpt: service.security_opt,
    LogConfig: { Type: service.logging.driver, Config: service.logging.options },
  },
  healthcheck: {
    Test: service.healthcheck.test,
    Interval: seconds(service.healthcheck.interval) * 1e9,
    Timeout: seconds(service.healthcheck.timeout) * 1e9,
    StartPeriod: seconds(service.healthcheck.start_period) * 1e9,
    Retries: service.healthcheck.retries,
  },
  stopTimeout: seconds(service.stop_grace_period),
});

const portBinding = (port: string): [string, { HostPort: string }[]] => {
  const [published = '', inside = ''] = port.split(':');
  return [`${inside}/tcp`, [{ HostPort: published }]];
};

const tmpfs = (entry: string): [string, string] => {
  const colon = entry.indexOf(':');
  return [entry.slice(0, colon), entry.slice(colon + 1)];
};

const seconds = (text: string): number => {
  const found = /^(\d+)s$/.exec(text)?.[1];
  if (found === undefined) throw new Error(`${text} is not a number of seconds`);
  return Number(found);
};
