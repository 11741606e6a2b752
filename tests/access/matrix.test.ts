import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { App } from '../../server/app.ts';
import { createApp } from '../../server/app.ts';
import { systemClock } from '../../server/clock/index.ts';
import { readConfig } from '../../server/config.ts';
import { openDatabase } from '../../server/database/index.ts';
import { createLogger } from '../../server/log/index.ts';
import type { Described, Expected } from './expectation.ts';
import { expectationOf, parametersOf, undecided } from './expectation.ts';
import type { Persona } from './personas.ts';
import { makePersonas } from './personas.ts';

/**
 * Every route of the whole program is called by everybody. The calls bring nothing that could act: what they name does
 * not exist, and they have no body. So whoever is let in is told of that, and whoever is not is refused before.
 */
const folder = mkdtempSync(join(tmpdir(), 'chrontainer-matrix-'));
const log = createLogger({ level: 'error', isPretty: false, write: (line) => process.stderr.write(line) });
let app: App;
let address: string;
let personas: Persona[];
let routes: Described[];

before(async () => {
  const config = readConfig({
    RATE_LIMIT: 'off',
    DATA_DIR: folder,
    DOCKER_HOST: `unix://${folder}/none.sock`,
    HOST: '127.0.0.1',
    PORT: '0',
    TRUST_PROXY: 'true',
  });
  const { db, close } = await openDatabase(config.databaseFile, Date.now());
  personas = await makePersonas(db);
  await close();
  app = await createApp(config, { clock: systemClock, log });
  address = (await app.start()).address;
  routes = await describedRoutes();
});
after(async () => {
  await app.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

let calls = 0;

/** Each call comes from an address of its own, so that no limit on attempts answers in place of the policy. */
const call = (
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code?: string; text: string }> =>
  new Promise((resolve, reject) => {
    calls += 1;
    const from = `10.${calls >> 16}.${(calls >> 8) & 255}.${calls & 255}`;
    const more = { 'X-Forwarded-For': from, ...headers };
    const outgoing = request(`${address}${path}`, { method, headers: more, agent: false }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      // A stream has no end; that it began says enough.
      if (incoming.headers['content-type']?.startsWith('text/event-stream')) {
        incoming.destroy();
        return resolve({ status, text: '' });
      }
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('end', () => {
        const code = /"code":"(CHR_\w+)"/.exec(text)?.[1];
        resolve({ status, text, ...(code ? { code } : {}) });
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });

const describedRoutes = async (): Promise<Described[]> => {
  const { text } = await call('GET', '/api/v1/openapi.json', {});
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      access: String(operation['x-access']),
      isScoped: operation['x-limited'] === 'sees its part',
      isSensitive: operation['x-password-again'] === true,
    })),
  );
  // Signing out comes last: who has done it is nobody afterwards.
  const isLast = ({ method, path }: Described) => method === 'DELETE' && path === '/api/v1/session';
  return [...all.filter((one) => !isLast(one)), ...all.filter(isLast)];
};

/** What is certain not to exist, in a form that the schemas take. */
const pathOf = ({ path }: Described): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => (name === 'slot' ? '2030-01-01T00:00:00.000Z' : '999999'));

const differs = (expected: Expected, { status, code }: { status: number; code?: string }): boolean => {
  if (expected === 'let in') return status === 401 || status === 403;
  return status !== expected.status || (expected.code !== undefined && code !== expected.code);
};

test('every route answers everybody as the policy says', async () => {
  assert.ok(routes.length >= 80, `only ${routes.length} routes were found`);
  assert.deepEqual(undecided(routes), [], 'parameters nobody has decided on: see expectation.ts');
  const wrong: string[] = [];
  const counts = { 'let in': 0, 401: 0, 403: 0, 404: 0 };
  for (const route of routes) {
    for (const persona of personas) {
      const expected = expectationOf(route, persona);
      const reply = await call(route.method, pathOf(route), persona.headers);
      counts[expected === 'let in' ? expected : expected.status] += 1;
      // A read by another site's page is harmless, but for a stream, which the page could keep open: both are right.
      const isStrangersRead = persona.isFromElsewhere && reply.code === 'CHR_WRONG_ORIGIN';
      if (!differs(expected, reply) || isStrangersRead) continue;
      const wanted = JSON.stringify(expected);
      wrong.push(
        `${route.method} ${route.path} as ${persona.name}: ${reply.status} ${reply.code ?? ''}, not ${wanted}`,
      );
    }
  }
  console.log(`${routes.length} routes × ${personas.length} callers: ${JSON.stringify(counts)}`);
  assert.deepEqual(wrong, []);
});

test('who is let in meets no failure of the program', async () => {
  const admin = personas.find(({ name }) => name === 'key admin');
  const failed: string[] = [];
  for (const route of routes) {
    const { status } = await call(route.method, pathOf(route), admin?.headers ?? {});
    if (status === 500 || status === 501) failed.push(`${route.method} ${route.path}: ${status}`);
  }
  assert.deepEqual(failed, []);
});

test('a method that a path does not know is refused to everybody without a word on what is there', async () => {
  for (const path of new Set(routes.filter((one) => one.path.startsWith('/api/')).map(pathOf))) {
    const { status } = await call('TRACE', path, {});
    assert.ok(status === 405 || status === 501 || status === 400, `TRACE ${path}: ${status}`);
  }
});

test('each right is demanded by some route, and each parameter leads somewhere', () => {
  const demanded = new Set(routes.map(({ access }) => access));
  for (const right of ['view', 'logs', 'operate', 'schedules', 'hosts', 'users', 'settings']) {
    assert.ok(demanded.has(right), `no route demands ${right}`);
  }
  assert.ok(routes.some(({ path }) => parametersOf(path).includes('container')));
});
