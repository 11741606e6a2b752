import assert from 'node:assert/strict';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import * as v from 'valibot';
import type { LabEngine } from '../lab/engine.ts';
import { privateEngine } from '../lab/engine.ts';
import { waitUntil } from '../lab/wait.ts';
import type { Service } from './image/compose.ts';
import { containerOf, readService } from './image/compose.ts';
import { copiesOf, pairsOf, readStages, valuesOf } from './image/dockerfile.ts';
import { importImage } from './image/root-file-system.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const stages = readStages(read('Dockerfile'));
const final = stages.at(-1) ?? assert.fail('The Dockerfile has no stage');
const socketGroup = 4242;
const serviceWith = (env: Record<string, string>): Service => readService(read('compose.yaml'), env);

test('the Dockerfile copies only what is there and what the builder is sent', () => {
  const sent = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const sources = stages.flatMap(copiesOf).flatMap((copy) => (copy.from === null ? copy.sources : []));
  assert.ok(sources.length > 0);
  for (const source of sources) {
    assert.ok(existsSync(join(root, source)), `${source} is not there`);
    assert.ok(sent.includes(source.split('/')[0] ?? ''), `${source} is kept back by .dockerignore`);
  }
});

test('the image is labelled with the version of the package', () => {
  const { version, license } = JSON.parse(read('package.json'));
  const labels = pairsOf(final, 'LABEL');
  assert.equal(labels['org.opencontainers.image.version'], version);
  assert.equal(labels['org.opencontainers.image.licenses'], license);
});

test('compose checks the health as the image does', () => {
  const [check = ''] = valuesOf(final, 'HEALTHCHECK');
  const { test: probe, interval, timeout, start_period, retries } = serviceWith({ DOCKER_GID: '1' }).healthcheck;
  const [, ...command] = probe;
  assert.equal(
    check,
    `--interval=${interval} --timeout=${timeout} --start-period=${start_period} --retries=${retries} CMD ${JSON.stringify(command).replaceAll(',', ', ')}`,
  );
});

test('compose demands the group of the socket, and says how to find it', () => {
  assert.throws(() => serviceWith({}), /DOCKER_GID is missing a value: run this once: stat -c DOCKER_GID=%g/);
});

const inside = v.object({
  health: v.object({ status: v.string() }),
  needed: v.boolean(),
  host: v.object({ status: v.string(), reason: v.nullable(v.string()) }),
  containers: v.array(v.object({ name: v.string(), isSelf: v.boolean() })),
  process: v.object({ user: v.string(), capabilities: v.string(), noNewPrivileges: v.string() }),
  writable: v.record(v.string(), v.union([v.boolean(), v.string()])),
});
const inspection = v.object({
  State: v.object({
    ExitCode: v.number(),
    OOMKilled: v.boolean(),
    Health: v.object({ Status: v.string(), Log: v.array(v.object({ Output: v.string() })) }),
  }),
  NetworkSettings: v.object({ Ports: v.record(v.string(), v.array(v.object({ HostPort: v.string() }))) }),
});

suite('the image with the options of the compose file', () => {
  let engine: LabEngine;
  before(async () => {
    assert.ok(existsSync(join(root, 'dist/server/main.js')), 'There is no build: run sh bin/build first');
    engine = await privateEngine({ network: true });
    chownSync(engine.socket, 0, socketGroup);
    await importImage(engine.socket, 'chrontainer', final);
    await engine.run('neighbour');
  });
  after(() => engine.close());

  /** Starts the service as compose would; only probes come each second, since the first would be half a minute away. */
  const up = async (groups: string[]) => {
    const service = serviceWith({ DOCKER_GID: String(socketGroup), DOCKER_SOCKET: engine.socket });
    const { env, hostConfig, healthcheck, stopTimeout } = containerOf({ ...service, group_add: groups });
    await engine.run('chrontainer', {
      env: { ...pairsOf(final, 'ENV'), ...env },
      hostConfig,
      healthcheck: { ...healthcheck, Interval: 1e9 },
      more: {
        Image: service.image,
        StopTimeout: stopTimeout,
        User: valuesOf(final, 'USER')[0],
        WorkingDir: valuesOf(final, 'WORKDIR')[0],
        StopSignal: valuesOf(final, 'STOPSIGNAL')[0],
        Entrypoint: JSON.parse(valuesOf(final, 'ENTRYPOINT')[0] ?? ''),
        ExposedPorts: Object.fromEntries(valuesOf(final, 'EXPOSE').map((port) => [`${port}/tcp`, {}])),
        Volumes: Object.fromEntries(valuesOf(final, 'VOLUME').map((path) => [path, {}])),
      },
    });
    await waitUntil('the health check to pass', 30_000, 100, async () => {
      const { State } = await inspect();
      return State.Health.Status === 'healthy';
    });
  };

  const inspect = async () => v.parse(inspection, (await engine.request('GET', '/containers/chrontainer/json')).json);

  const lookInside = async () => {
    const command = ['node', '--input-type=module-typescript', '-e', read('tests/image/inside.ts')];
    // With a terminal the output comes as it is, without frames around it.
    const exec = { Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true };
    const made = await engine.request('POST', '/containers/chrontainer/exec', exec);
    const { Id } = v.parse(v.object({ Id: v.string() }), made.json);
    const { json } = await engine.request('POST', `/exec/${Id}/start`, { Tty: true });
    const parsed = v.safeParse(inside, json);
    return parsed.success ? parsed.output : assert.fail(JSON.stringify(json));
  };

  test('without the group of the socket it starts, is healthy, and says what is missing', async () => {
    await up([]);
    const { host, needed } = await lookInside();
    assert.equal(needed, true);
    assert.equal(host.status, 'offline');
    assert.match(host.reason ?? '', /group_add/);
    await engine.request('DELETE', '/containers/chrontainer?force=true');
  });

  test('with it the program sees the containers and knows its own, and its data outlived the container', async () => {
    await up([String(socketGroup)]);
    const { host, needed, containers } = await lookInside();
    assert.equal(host.status, 'online', host.reason ?? '');
    assert.equal(needed, false);
    assert.deepEqual(
      containers.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      [
        { name: 'chrontainer', isSelf: true },
        { name: 'neighbour', isSelf: false },
      ],
    );
  });

  test('it is not root, has no capabilities, gains none, and can write to /data and /tmp only', async () => {
    const { process, writable } = await lookInside();
    assert.match(process.user, /^1000\s+1000\s+1000\s+1000$/);
    assert.equal(process.capabilities, '0000000000000000');
    assert.equal(process.noNewPrivileges, '1');
    assert.deepEqual(writable, { app: 'EROFS', data: true, tmp: true });
  });

  test('it publishes its port', async () => {
    const { NetworkSettings } = await inspect();
    assert.equal(NetworkSettings.Ports['5000/tcp']?.[0]?.HostPort, '5000');
  });

  test('it ends by itself when it is told to stop', async () => {
    await engine.request('POST', '/containers/chrontainer/stop');
    const { State } = await inspect();
    assert.equal(State.ExitCode, 0);
  });
});
