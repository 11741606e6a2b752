import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, ContainerDetails, ContainerProcesses, Page } from '../../../contract/index.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { systemClock } from '../../clock/index.ts';
import { connectEngine } from '../../engine/index.ts';
import { createLogger } from '../../log/index.ts';
import type { Scenario } from '../../scenario.ts';
import { openScenario } from '../../scenario.ts';
import { scenarioSecrets } from '../../scenario-secrets.ts';
import { Hosts } from '../hosts/index.ts';
import { CloserLook, Containers, containerRoutes } from './index.ts';

const log = createLogger({ level: 'error', isPretty: false, write: () => undefined });
const updates = {
  updateOf: ({ hostId, name, image }: Container) => ({
    ...{ hostId, container: name, image, available: null, pulled: false, currentDigest: null, newestDigest: null },
    ...{ since: null, checkedAt: null, nextCheckAt: null, reason: 'unchecked' as const, message: null },
  }),
};
let engine: LabEngine;
let scenario: Scenario;
let hosts: Hosts;

/** Two networks, the first with both kinds of addresses; a check that fails; ports of every kind; a terminal. */
const runSick = async (): Promise<void> => {
  const pools = [{ Subnet: '10.77.1.0/24' }, { Subnet: 'fd77:1::/64' }];
  await engine.request('POST', '/networks/create', { Name: 'front', EnableIPv6: true, IPAM: { Config: pools } });
  const back = { Name: 'back', IPAM: { Config: [{ Subnet: '10.77.2.0/24' }] } };
  await engine.request('POST', '/networks/create', back);
  await engine.run('sick', {
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
    healthcheck: { Test: ['CMD-SHELL', 'echo no disk; exit 7'], Interval: 1e8, Retries: 1 },
    hostConfig: {
      NetworkMode: 'front',
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '0' }], '53/udp': [{ HostPort: '0' }] },
    },
    more: {
      Tty: true,
      StopSignal: 'SIGINT',
      StopTimeout: 3,
      ExposedPorts: { '80/tcp': {}, '53/udp': {}, '90/tcp': {} },
    },
  });
  await engine.request('POST', '/networks/back/connect', { Container: 'sick' });
};

before(async () => {
  engine = await privateEngine({ network: true });
  await runSick();
  // More than it may have, a megabyte at a time.
  const eat = 's=x; while :; do s=$s$s$s$s; done';
  await engine.run('hungry', { cmd: ['/bin/sh', '-c', eat], hostConfig: { Memory: 16 * 1024 * 1024 } });
  const tries = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } };
  await engine.run('looping', { cmd: ['/bin/sh', '-c', 'exit 3'], hostConfig: tries });
  const podman = { 'io.podman.compose.project': 'pod', 'io.podman.compose.service': 'app' };
  await engine.run('app', { labels: podman });
  scenario = await openScenario({
    routes: async ({ db, bus }) => {
      const parts = { db, bus, secrets: scenarioSecrets, clock: systemClock, log, ownContainerId: null };
      hosts = new Hosts({ ...parts, connect: connectEngine, localUrl: engine.url });
      await hosts.start();
      await hosts.settled();
      return containerRoutes(
        new Containers(hosts, systemClock),
        new CloserLook(hosts, { reaching: () => [] }, updates),
      );
    },
  });
});
after(async () => {
  await hosts.stop();
  await scenario.close();
  await engine.close();
});

/** As the list has it, and the same by its own address. */
const rowOf = async (name: string): Promise<Container> => {
  const { json } = await scenario.ask('viewer', 'GET /api/v1/containers');
  const listed = (json as Page<Container>).items.find((one) => one.name === name);
  const own = (await scenario.ask('viewer', `GET /api/v1/hosts/1/containers/${name}`)).json as Container;
  // The words for the state count seconds, and one may have passed between the two.
  assert.deepEqual({ ...own, status: '' }, { ...listed, status: '' });
  return own;
};
const detailsOf = async (name: string): Promise<ContainerDetails> =>
  (await scenario.ask('operator', `GET /api/v1/hosts/1/containers/${name}/details`)).json as ContainerDetails;

test('a container whose check fails is unhealthy, and its last answers are told, newest first', async () => {
  await waitUntil('it is unhealthy', 20_000, 20, async () => (await rowOf('sick')).health === 'unhealthy');
  const { health, exitCode, oomKilled, restartCount } = await detailsOf('sick');
  assert.deepEqual([health?.status, health?.probes[0]?.exitCode], ['unhealthy', 7]);
  assert.equal(health?.probes[0]?.output, 'no disk\n');
  assert.ok((health?.failingStreak ?? 0) >= 1);
  assert.deepEqual([exitCode, oomKilled, restartCount], [0, false, 0]);
  const { state, status, exitCode: ended } = await rowOf('sick');
  assert.deepEqual([state, ended], ['running', null]);
  assert.match(status, /^Up .*\(unhealthy\)$/);
});

test('a container in two networks has all its addresses, version 4 first, in the list and by network', async () => {
  await waitUntil('both networks', 20_000, 20, async () => (await rowOf('sick')).ipAddresses.length === 3);
  const { ipAddresses } = await rowOf('sick');
  const { networks } = await detailsOf('sick');
  const [back, front] = networks.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  assert.deepEqual([back?.name, back?.ipv6Address, back?.gateway], ['back', null, '10.77.2.1']);
  assert.deepEqual([front?.name, front?.gateway], ['front', '10.77.1.1']);
  assert.match(front?.ipAddress ?? '', /^10\.77\.1\./);
  assert.match(front?.ipv6Address ?? '', /^fd77:1::/);
  assert.deepEqual(new Set(ipAddresses), new Set([front?.ipAddress, back?.ipAddress, front?.ipv6Address]));
  assert.equal(ipAddresses[2], front?.ipv6Address);
});

test('ports are told as published to one address, to all, or not at all', async () => {
  const { ports } = await rowOf('sick');
  assert.deepEqual(
    ports.map(({ ip, privatePort, protocol, publicPort }) => [ip, privatePort, protocol, publicPort !== null]),
    [
      ['0.0.0.0', 53, 'udp', true],
      ['127.0.0.1', 80, 'tcp', true],
      [null, 90, 'tcp', false],
    ],
  );
  assert.deepEqual((await detailsOf('sick')).ports, ports);
});

test('the labels of Docker’s compose and of Podman’s tell stack and service', async () => {
  const told = await Promise.all(['sick', 'app', 'hungry'].map(rowOf));
  assert.deepEqual(
    told.map(({ stack, service }) => [stack, service]),
    [
      ['shop', 'web'],
      ['pod', 'app'],
      [null, null],
    ],
  );
});

test('a terminal, and how a container is stopped, are told', async () => {
  const { hasTerminal, stopSignal, stopTimeoutMs } = await detailsOf('sick');
  assert.deepEqual(
    { hasTerminal, stopSignal, stopTimeoutMs },
    { hasTerminal: true, stopSignal: 'SIGINT', stopTimeoutMs: 3000 },
  );
  assert.equal((await detailsOf('app')).hasTerminal, false);
  const { json } = await scenario.ask('operator', 'GET /api/v1/hosts/1/containers/sick/processes');
  const { titles, processes } = json as ContainerProcesses;
  assert.ok(titles.includes('PID') && processes.length > 0);
});

test('a container that memory ran out for says so, with the exit code of a kill', async () => {
  await waitUntil('it is killed', 30_000, 50, async () => (await rowOf('hungry')).state === 'exited');
  const { oomKilled, exitCode, limits } = await detailsOf('hungry');
  assert.deepEqual([oomKilled, exitCode, limits.memoryBytes], [true, 137, 16 * 1024 * 1024]);
  const row = await rowOf('hungry');
  assert.deepEqual([row.exitCode, row.oomKilled, (await rowOf('sick')).oomKilled], [137, true, false]);
  assert.match(row.status, /^Exited \(137\)/);
  assert.ok(row.finishedAt);
});

test('how often the engine has started a container again is counted, and how it ended in the end', async () => {
  const given = async () => {
    const { restartCount, state } = await detailsOf('looping');
    return restartCount === 2 && state === 'exited';
  };
  await waitUntil('the engine gives up', 20_000, 50, given);
  const { exitCode, restartPolicy, oomKilled } = await detailsOf('looping');
  assert.deepEqual([exitCode, oomKilled, restartPolicy], [3, false, { name: 'on-failure', maximumRetryCount: 2 }]);
  await waitUntil('the list knows', 20_000, 20, async () => (await rowOf('looping')).exitCode === 3);
});
