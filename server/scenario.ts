import assert from 'node:assert/strict';
import { argon2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bus } from './bus/index.ts';
import { TestClock } from './clock/index.ts';
import type { Database } from './database/index.ts';
import { openDatabase } from './database/index.ts';
import type { EdgeParts, HttpApp, Route } from './http/index.ts';
import { createHttpApp } from './http/index.ts';
import { createLogger } from './log/index.ts';
import { Outbound } from './outbound/index.ts';
import type { PostOffice } from './rooms/accounts/index.ts';
import { Accounts, accountsRoutes } from './rooms/accounts/index.ts';
import { ActivityLog } from './rooms/activity/index.ts';
import { scenarioSecrets } from './scenario-secrets.ts';

/** For tests of routes: a real server on a port of its own, with a real database in a folder of its own. */
export interface Scenario {
  readonly clock: TestClock;
  readonly db: Database;
  readonly bus: Bus;
  readonly activity: ActivityLog;
  readonly accounts: Accounts;
  readonly port: number;
  /** What the server was made of, and the server. */
  readonly parts: EdgeParts;
  readonly app: HttpApp;
  /** Everything that was logged, as JSON lines. */
  readonly logged: string[];
  /** Sends a request as somebody. */
  ask(who: Who, call: string, more?: Sending): Promise<Reply>;
  /** Makes an account of that role, built in or made by the test, and signs it in. */
  join(username: string, role: string): Promise<void>;
  /** The Cookie header of somebody's session. */
  cookieOf(who: Who): string | undefined;
  close(): Promise<void>;
}

/** An account of the scenario: admin, operator, viewer, or one that joined; or `nobody`. */
export type Who = string;
export type Rooms = Pick<Scenario, 'clock' | 'db' | 'bus' | 'activity' | 'accounts'>;

export interface Sending {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  bytes: Buffer;
  /** The parsed body; undefined where it is not JSON. */
  json: unknown;
}

/** The password of every account in a scenario. */
export const scenarioPassword = 'seventeen green lamps';

export interface ScenarioOptions extends Partial<Omit<EdgeParts, 'routes'>> {
  /** The routes under test; those of the accounts are always there. */
  routes?: (rooms: Rooms) => Route[] | Promise<Route[]>;
  /** False: no account exists, as at the first start. */
  hasAccounts?: boolean;
  /** As ALLOW_PASSWORDS. */
  allowPasswords?: boolean;
  /** Carries mail to accounts. */
  post?: PostOffice;
}

/** Builds one; `close` it in `after`. */
export const openScenario = async (options: ScenarioOptions = {}): Promise<Scenario> => {
  const { routes = () => [], hasAccounts = true, post, allowPasswords = false, ...edge } = options;
  const folder = mkdtempSync(join(tmpdir(), 'chrontainer-scenario-'));
  const clock = new TestClock(Date.UTC(2026, 10, 23, 8));
  const { db, close: closeDatabase } = await openDatabase(join(folder, 'scenario.db'), clock.now());
  const logged: string[] = [];
  const log = createLogger({ level: 'debug', isPretty: false, write: (line) => logged.push(line) });
  const bus = new Bus((error) => log.error({ error }, 'a listener failed'));
  const activity = new ActivityLog({ db, bus, clock });
  const accounts = await Accounts.open({
    db,
    clock,
    activity,
    secrets: scenarioSecrets,
    outbound: new Outbound(() => true),
    baseUrl: options.baseUrl ?? null,
    allowPasswords,
    ...(post ? { post } : {}),
  });
  const rooms = { clock, db, bus, activity, accounts };
  const parts: EdgeParts = {
    routes: [...accountsRoutes(accounts), ...(await routes(rooms))],
    authenticate: (credentials) => accounts.authenticate(credentials),
    refresh: (caller) => accounts.refresh(caller),
    onRefused: () => undefined,
    clock,
    log,
    db,
    webDir: join(folder, 'web'),
    baseUrl: null,
    trustProxy: { kind: 'none' },
    forceHttps: false,
    isCheckingAnswers: true,
    ...edge,
  };
  const app = createHttpApp(parts);
  const { port } = await app.listen('127.0.0.1', 0);
  const cookies = hasAccounts ? await signInAll(rooms) : new Map<Who, string>();
  const cookieOf = (who: Who) => cookies.get(who);
  return {
    ...rooms,
    parts,
    app,
    port,
    logged,
    cookieOf,
    ask: (who, call, more) => ask(port, cookieOf(who), call, more),
    join: async (username, role) => void cookies.set(username, await signInAs(rooms, username, role)),
    close: async () => {
      await app.close(0);
      await closeDatabase();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Builds one for a single test, and closes it also when that fails. */
export const withScenario = async (
  options: ScenarioOptions,
  act: (scenario: Scenario) => Promise<void>,
): Promise<void> => {
  const scenario = await openScenario(options);
  await act(scenario).finally(() => scenario.close());
};

/** Hashing is slow on purpose, and the tests sign in hundreds of times: a stored hash names its costs, here the least. */
const cheapHash = (password: string): string => {
  const nonce = randomBytes(16);
  const costs = { memory: 8, passes: 1, parallelism: 1, tagLength: 32 };
  const [salt, hash] = [nonce, argon2Sync('argon2id', { message: password, nonce, ...costs })].map((bytes) =>
    bytes.toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=8,t=1,p=1$${salt}$${hash}`;
};
const scenarioHash = cheapHash(scenarioPassword);

const signInAll = async (rooms: Rooms): Promise<Map<Who, string>> => {
  const cookies = new Map<Who, string>();
  for (const role of ['admin', 'operator', 'viewer']) cookies.set(role, await signInAs(rooms, role, role));
  return cookies;
};

const signInAs = async ({ db, accounts }: Rooms, username: string, role: string): Promise<string> => {
  const isKnown = db.selectFrom('users').select('id').where('username', '=', username).executeTakeFirst();
  if (!(await isKnown)) {
    const row = { username, role, password_hash: scenarioHash, created_at: 0 };
    await db.insertInto('users').values(row).execute();
  }
  const { id } = await db.selectFrom('users').select('id').where('username', '=', username).executeTakeFirstOrThrow();
  const place = { address: '127.0.0.1', userAgent: 'scenario', deviceCookie: undefined, host: 'localhost' };
  const { session } = await accounts.signIn.admit({ id, username, role }, place);
  return `chrontainer_session=${session.reference}`;
};

/** `call` is a method and a path, for example `POST /api/v1/session`. */
const ask = (port: number, cookie: string | undefined, call: string, more: Sending = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const [method = 'GET', path = '/'] = call.split(' ');
    const content = more.raw ?? (more.body === undefined ? undefined : JSON.stringify(more.body));
    const headers: Record<string, string | number> = {
      ...(cookie ? { Cookie: cookie } : {}),
      ...(content === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
      ...more.headers,
    };
    const outgoing = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, async (incoming) => {
      const bytes = Buffer.concat(await incoming.toArray());
      const text = bytes.toString('utf8');
      const isJson =
        /\/([\w.-]+\+)?json/.test(incoming.headers['content-type'] ?? '') && !incoming.headers['content-encoding'];
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        text,
        bytes,
        json: isJson && text !== '' ? JSON.parse(text) : undefined,
      });
    });
    outgoing.once('error', reject);
    outgoing.end(content);
  });

/** One line of a table of scenarios. */
export interface Row extends Sending {
  name: string;
  as: Who;
  call: string;
  status: number;
  /** For an error: its code. */
  code?: string;
  /** For bad input: the paths of all faults, in order. */
  faults?: string[];
  /** What else must hold. */
  check?: (reply: Reply, scenario: Scenario) => void | Promise<void>;
}

/** Makes a test of each row. */
export const testTable = (scenario: () => Scenario, rows: readonly Row[]): void => {
  for (const row of rows) {
    test(`${row.call} ${row.name}`, async () => {
      const reply = await scenario().ask(row.as, row.call, row);
      assert.equal(reply.status, row.status, reply.text);
      if (row.code !== undefined) assert.equal(problemOf(reply).code, row.code);
      if (row.faults !== undefined)
        assert.deepEqual(
          problemOf(reply).errors?.map((fault) => fault.path),
          row.faults,
        );
      await row.check?.(reply, scenario());
    });
  }
};

interface ProblemBody {
  code: string;
  status: number;
  detail: string;
  requestId: string;
  errors?: { path: string; message: string }[];
}

/** The body of an error, which must be problem+json. */
export const problemOf = (reply: Reply): ProblemBody => {
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  return reply.json as ProblemBody;
};
