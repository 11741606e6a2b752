import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { availableActions } from '../contract/index.ts';
import { ApiClient } from '../lab/api-client.ts';
import { privateEngine } from '../lab/engine.ts';
import { startProgram } from '../lab/process.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', path), 'utf8');

/** In an order in which each finds the container in a state that suits it. */
const everyAction = ['restart', 'stop', 'start', 'pause', 'unpause', 'kill'];

/** Passes everything on to an engine, and keeps what is asked of it as `METHOD path`. */
const recorder = async (t: TestContext, upstream: string) => {
  const directory = mkdtempSync(join(tmpdir(), 'chr-recorder-'));
  const requests: string[] = [];
  const server = createServer((client) => {
    const engine = connect(upstream);
    client.on('data', (data) => {
      for (const [, line] of data.toString().matchAll(/^([A-Z]+ \/\S*) HTTP\/1\.1\r$/gm)) requests.push(line ?? '');
    });
    client.pipe(engine).pipe(client);
    client.on('error', () => engine.destroy());
    engine.on('error', () => client.destroy());
  });
  const socket = join(directory, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });
  return { url: `unix://${socket}`, requests };
};

/** Everything that the program can do with an engine, done once. */
const recordEverything = async (t: TestContext): Promise<{ work: string[]; tried: string[] }> => {
  const engine = await privateEngine();
  t.after(() => engine.close());
  const { url, requests } = await recorder(t, engine.socket);
  await engine.run('web');
  const program = await startProgram({ dockerHost: url });
  t.after(() => program.close());
  const client = new ApiClient(program.url);
  await client.setUp();
  await client.untilSeen('web');
  const web = '/api/v1/hosts/1/containers/web';
  await client.expect(200, 'GET', `${web}/inspect`);
  for (const action of everyAction) {
    const options = action === 'kill' ? { signal: 'SIGHUP' } : {};
    await client.expect(200, 'POST', `${web}/actions?wait=true`, { action, options });
  }
  const work = [...requests];
  await client.expect(200, 'POST', '/api/v1/hosts/1/test');
  await program.stop();
  const tried = requests.slice(work.length).filter((request) => !work.includes(request));
  return { work: [...new Set(work.map((request) => request.replace(/\?.*/, '')))], tried };
};

/** The rules of the filter: for each method the paths that it lets through. */
const readFilter = (text: string): Record<string, RegExp[]> => {
  const paths = (list: string) =>
    [...text.matchAll(new RegExp(`^ *acl ${list} +path_reg (\\S+)$`, 'gm'))].map((m) => new RegExp(m[1] ?? ''));
  const rules = [...text.matchAll(/^ *http-request allow if METH_(\w+) (\w+)$/gm)];
  return Object.fromEntries(rules.map(([, method = '', list = '']) => [method, paths(list)]));
};

/** The rows of the guide's table; a row may name several last segments. */
const readGuide = (text: string): string[] =>
  [...text.matchAll(/^\| (`(?:GET|POST) \/[^|]*) \|/gm)].flatMap(([, cell = '']) => {
    const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? '');
    return [first, ...others.map((segment) => first.replace(/[^/]+$/, segment))];
  });

const asInGuide = (request: string): string =>
  request.replace(/\/v1\.\d+\//, '/v1.…/').replace(/\/containers\/[^/]+\//, '/containers/{name or ID}/');

test('the program asks an engine exactly what the guide lists, and the socket proxy lets all of it through', async (t) => {
  assert.deepEqual(everyAction.toSorted(), [...availableActions].toSorted());
  const { work: requests, tried } = await recordEverything(t);
  assert.deepEqual(
    [...new Set(requests.map(asInGuide))].toSorted(),
    readGuide(read('docs/guide/docker.md')).toSorted(),
  );
  const filter = readFilter(read('docker/haproxy.cfg'));
  for (const request of requests) {
    const [method = '', path = ''] = request.split(' ');
    assert.ok(
      filter[method]?.some((rule) => rule.test(path)),
      `the socket proxy refuses ${request}`,
    );
  }
  // The test of a connection asks for more, but only for what is not there or what no engine can make.
  const acting = tried.filter((request) => !request.startsWith('GET '));
  const harmless = /chrontainer-asks-[0-9a-f]{24}|create\?name=-$|create\?fromImage=NO%20IMAGE&tag=NO%20TAG$/;
  assert.deepEqual([acting.length > 10, acting.filter((request) => !harmless.test(request))], [true, []]);
});

test('the socket proxy refuses what would give away the machine', () => {
  const filter = readFilter(read('docker/haproxy.cfg'));
  const dangerous = [
    'POST /v1.41/containers/create',
    'POST /v1.41/containers/web/exec',
    'POST /v1.41/containers/web/update',
    'POST /v1.41/containers/../create',
    'POST /v1.41/containers/%2e%2e/create',
    'POST /v1.41/containers/x%2fy/start',
    'POST //v1.41/containers/web/start',
    'GET /v1.41/containers/web/archive',
    'GET /v1.41/swarm',
    'DELETE /v1.41/containers/web',
    'PUT /v1.41/containers/web/archive',
  ];
  for (const request of dangerous) {
    const [method = '', path = ''] = request.split(' ');
    assert.ok(!filter[method]?.some((rule) => rule.test(path)), `the socket proxy lets ${request} through`);
  }
});
