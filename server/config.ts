import { join, resolve } from 'node:path';
import { isTimeZone } from './clock/index.ts';
import type { ProxyTrust } from './http/index.ts';
import { parseProxyTrust } from './http/index.ts';
import type { LogLevel } from './log/index.ts';
import { logLevels } from './log/index.ts';

/** The configuration from the environment, checked. docs/reference/configuration.md describes each variable. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  /** The path of the SQLite file. */
  databaseFile: string;
  /** The address of the local host's engine, for example `unix:///var/run/docker.sock`. */
  dockerHost: string;
  /** The IANA zone that holds until the settings name another. */
  timeZone: string;
  logLevel: LogLevel;
  /** Where users reach the program, without a slash at the end; null: wherever they came. */
  baseUrl: string | null;
  trustProxy: ProxyTrust;
  forceHttps: boolean;
  /** Passwords lead in also while the sign-in provider is the only way: a way back where it leads in no more. */
  allowPasswords: boolean;
  /** How often one caller may call the API; null: without limit. */
  callsPerMinute: number | null;
  /** Seals stored secrets; null: the key is kept in the data folder. */
  secretKey: string | null;
  /** The first account, made when there is none yet. */
  admin: AdminConfig | null;
}

/** The password is named, or the file that holds it. */
export type AdminConfig = { username: string } & ({ password: string } | { passwordFile: string });

/** The environment cannot be used. The message has a line per fault, and each names its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

export type Environment = Record<string, string | undefined>;

/**
 * Reads the configuration; reads no file and changes nothing. An empty variable counts as not set, as compose files
 * write them.
 * @throws ConfigError with every fault at once
 */
export const readConfig = (env: Environment): Config => {
  const faults: string[] = [];
  const fault = (text: string) => void faults.push(text);
  const dataDir = resolve(env['DATA_DIR'] || './data');
  const config: Config = {
    port: readPort(env['PORT'], fault),
    host: env['HOST'] || '0.0.0.0',
    dataDir,
    databaseFile: readDatabaseFile(env['DATABASE_URL'], dataDir, fault),
    dockerHost: readDockerHost(env['DOCKER_HOST'], fault),
    timeZone: readTimeZone(env['TZ'], fault),
    logLevel: readLogLevel(env['LOG_LEVEL'], fault),
    baseUrl: readBaseUrl(env['BASE_URL'], fault),
    trustProxy: readTrustProxy(env['TRUST_PROXY'], fault),
    forceHttps: readSwitch('FORCE_HTTPS', env['FORCE_HTTPS'], fault),
    allowPasswords: readSwitch('ALLOW_PASSWORDS', env['ALLOW_PASSWORDS'], fault),
    callsPerMinute: readRateLimit(env['RATE_LIMIT'], fault),
    secretKey: readSecretKey(env['SECRET_KEY'], fault),
    admin: readAdmin(env, fault),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
};

type Fault = (text: string) => void;

const readPort = (value: string | undefined, fault: Fault): number => {
  if (!value) return 5000;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65535) return Number(value);
  fault(`PORT must be a number from 0 to 65535 (0: any free one), not "${value}"`);
  return 0;
};

const readDatabaseFile = (value: string | undefined, dataDir: string, fault: Fault): string => {
  if (!value) return join(dataDir, 'chrontainer.db');
  const path = /^file:(?:\/\/(?=\/))?(?!\/\/)([^?#]+)$/.exec(value)?.[1];
  if (path) return resolve(path);
  const scheme = /^[a-z0-9+]+(?=:)/i.exec(value)?.[0] ?? 'no scheme';
  fault(
    `DATABASE_URL must be the file of a SQLite database, for example file:/data/chrontainer.db; this version knows no other database (${scheme})`,
  );
  return '';
};

const readDockerHost = (value: string | undefined, fault: Fault): string => {
  if (!value) return 'unix:///var/run/docker.sock';
  if (/^unix:\/\/\/[^\0]+$/.test(value)) return value;
  fault(
    /^(tcp|ssh|https?|npipe|fd):\/\//.test(value)
      ? 'DOCKER_HOST must be a unix:// address: this version reaches the local engine by its socket only, not by tcp or ssh'
      : 'DOCKER_HOST must be the address of a socket, for example unix:///var/run/docker.sock',
  );
  return '';
};

const readTimeZone = (value: string | undefined, fault: Fault): string => {
  if (!value) return Temporal.Now.timeZoneId();
  if (isTimeZone(value)) return value;
  fault(`TZ must be a known time zone, for example Europe/Berlin or UTC, not "${value}"`);
  return 'UTC';
};

const readLogLevel = (value: string | undefined, fault: Fault): LogLevel => {
  if (!value) return 'info';
  const level = logLevels.find((known) => known === value.toLowerCase());
  if (level) return level;
  fault(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${value}"`);
  return 'info';
};

/** What needs no escape in an address, and is none of our own paths. */
const plainPath = /^\/(?!(?:api|health|webhook|metrics|assets)(?:\/|$))(?:[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/?)?$/;

const readBaseUrl = (value: string | undefined, fault: Fault): string | null => {
  if (!value) return null;
  const url = URL.parse(value);
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash && plainPath.test(url.pathname);
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:'))
    return (url.origin + url.pathname).replace(/\/$/, '');
  fault(
    'BASE_URL must be an http or https address, with a plain path or none: https://chrontainer.example.org, https://example.org/chrontainer',
  );
  return null;
};

const readTrustProxy = (value: string | undefined, fault: Fault): ProxyTrust => {
  const trust = parseProxyTrust(value ?? '');
  if (trust) return trust;
  fault(
    `TRUST_PROXY must be false, true, a number of proxies, or a list of addresses and networks such as 10.0.0.0/8,::1, not "${value}"`,
  );
  return { kind: 'none' };
};

const readSwitch = (name: string, value: string | undefined, fault: Fault): boolean => {
  const word = (value ?? '').toLowerCase();
  if (['', 'false', '0', 'no', 'off'].includes(word)) return false;
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  fault(`${name} must be true or false, not "${value}"`);
  return false;
};

const readRateLimit = (value: string | undefined, fault: Fault): number | null => {
  if (!value) return 1200;
  if (value.toLowerCase() === 'off') return null;
  if (/^[1-9]\d{1,6}$/.test(value)) return Number(value);
  fault(`RATE_LIMIT must be how many calls a minute one caller may make (10 or more), or off, not "${value}"`);
  return null;
};

const readAdmin = (env: Environment, fault: Fault): AdminConfig | null => {
  const username = env['CHRONTAINER_ADMIN_USERNAME'];
  const password = env['CHRONTAINER_ADMIN_PASSWORD'];
  const passwordFile = env['CHRONTAINER_ADMIN_PASSWORD_FILE'];
  if (!username && !password && !passwordFile) return null;
  if (password && passwordFile) {
    fault('CHRONTAINER_ADMIN_PASSWORD and CHRONTAINER_ADMIN_PASSWORD_FILE are both set: keep one');
  }
  if (!username) fault('CHRONTAINER_ADMIN_USERNAME is missing beside CHRONTAINER_ADMIN_PASSWORD');
  if (password) return { username: username ?? '', password };
  if (passwordFile) return { username: username ?? '', passwordFile };
  fault('CHRONTAINER_ADMIN_PASSWORD (or CHRONTAINER_ADMIN_PASSWORD_FILE) is missing beside CHRONTAINER_ADMIN_USERNAME');
  return null;
};

/** Shorter ones could be found by trying, by whoever has a copy of the database. */
const readSecretKey = (value: string | undefined, fault: Fault): string | null => {
  if (!value) return null;
  if (value.length >= 32) return value;
  fault('SECRET_KEY must be at least 32 characters, for example the output of: openssl rand -hex 32');
  return null;
};
