import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docker, podman } from './fixtures/recorded.ts';
import { readListedContainer } from './list-row.ts';

const ofName = (rows: Record<string, unknown>[], name: string) => {
  const row = rows.map(readListedContainer).find((c) => c.name === name);
  assert.ok(row, name);
  return row;
};

test("Docker's list tells state, health and exit code", () => {
  const unhealthy = ofName(docker.list, 'rec-h');
  assert.equal(unhealthy.state, 'running');
  assert.equal(unhealthy.health, 'unhealthy');
  assert.equal(unhealthy.createdAt, 1795420055000);
  const exited = ofName(docker.list, 'rec-x');
  assert.equal(exited.state, 'exited');
  assert.equal(exited.exitCode, 7);
  assert.equal(exited.health, null);
});

test("Podman's list is read like Docker's, but knows no health and has null for networks", () => {
  const running = ofName(podman.list, 'rec-h');
  assert.equal(running.state, 'running');
  assert.equal(running.health, null);
  assert.deepEqual(running.ipAddresses, []);
  assert.equal(running.image, 'localhost/bb:1');
  assert.equal(running.labels['com.docker.compose.project'], 'demo');
  assert.equal(ofName(podman.list, 'rec-x').exitCode, 7);
});

test('a container that others link to keeps its own name', () => {
  assert.equal(readListedContainer({ Names: ['/web/alias', '/db'] }).name, 'db');
  assert.equal(readListedContainer({ Names: ['/db', '/web/alias'] }).name, 'db');
});

test('a port that is open on IPv4 and IPv6 shows once, one that is bound to an address keeps it', () => {
  const row = readListedContainer({
    Ports: [
      { PrivatePort: 90, Type: 'udp' },
      { IP: '127.0.0.1', PrivatePort: 80, PublicPort: 8081, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ],
  });
  assert.deepEqual(row.ports, [
    { ip: '0.0.0.0', privatePort: 80, publicPort: 8080, protocol: 'tcp' },
    { ip: '127.0.0.1', privatePort: 80, publicPort: 8081, protocol: 'tcp' },
    { ip: null, privatePort: 90, publicPort: null, protocol: 'udp' },
  ]);
});

test('the addresses of all networks are told', () => {
  const row = readListedContainer({
    NetworkSettings: {
      Networks: {
        front: { IPAddress: '172.17.0.3', GlobalIPv6Address: 'fd00::3' },
        back: { IPAddress: '172.18.0.2', GlobalIPv6Address: '' },
      },
    },
  });
  assert.deepEqual(row.ipAddresses, ['172.17.0.3', '172.18.0.2', 'fd00::3']);
});

test('a row without anything in it harms nobody', () => {
  const row = readListedContainer({ Labels: null, Ports: null, Names: null, Created: 1e300 });
  assert.equal(row.name, '');
  assert.equal(row.state, 'dead');
  assert.equal(row.createdAt, 0);
});

test('a label named like a part of every object is a label', () => {
  const row = readListedContainer(JSON.parse('{"Labels": {"__proto__": "x", "constructor": "y"}}'));
  assert.deepEqual(Object.entries(row.labels), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});
