import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docker, podman } from './fixtures/recorded.ts';
import { readInspectedContainer } from './inspection.ts';

test('a running container: start with nanoseconds, no end yet, no health check', () => {
  const c = readInspectedContainer(docker.running);
  assert.equal(c.name, 'rec-a');
  assert.equal(c.image, 'bb:1');
  assert.equal(c.startedAtText, '2026-11-23T07:47:36.093071593Z');
  assert.equal(c.startedAt, Date.parse('2026-11-23T07:47:36.093Z'));
  assert.equal(c.finishedAt, null);
  assert.equal(c.hasHealthCheck, false);
  assert.equal(c.health, null);
  assert.equal(c.stopTimeoutMs, null);
  assert.equal(c.restartPolicy, 'unless-stopped');
});

test('an ended container tells its exit code and its end', () => {
  for (const engine of [docker, podman]) {
    const c = readInspectedContainer(engine.exited);
    assert.equal(c.state, 'exited');
    assert.equal(c.running, false);
    assert.equal(c.exitCode, 7);
    assert.ok(c.finishedAt && c.startedAt && c.finishedAt >= c.startedAt);
  }
});

test('the health is told by both engines', () => {
  assert.equal(readInspectedContainer(docker.withHealthCheck).health, 'unhealthy');
  assert.equal(readInspectedContainer(podman.withHealthCheck).health, 'starting');
  assert.equal(readInspectedContainer(podman.running).health, null);
  assert.equal(readInspectedContainer(podman.running).hasHealthCheck, false);
});

test('a health check that the user switched off is none', () => {
  const c = readInspectedContainer({ Config: { Healthcheck: { Test: ['NONE'] } } });
  assert.equal(c.hasHealthCheck, false);
});

test('the stop timeout is given in milliseconds', () => {
  assert.equal(readInspectedContainer({ Config: { StopTimeout: 30 } }).stopTimeoutMs, 30_000);
  assert.equal(readInspectedContainer({ Config: { StopTimeout: -1 } }).stopTimeoutMs, null);
});

test('ports are the same as those of the list', () => {
  const { ports } = readInspectedContainer({
    NetworkSettings: {
      Ports: {
        '90/udp': null,
        '80/tcp': [
          { HostIp: '0.0.0.0', HostPort: '8080' },
          { HostIp: '::', HostPort: '8080' },
        ],
      },
    },
  });
  assert.deepEqual(ports, [
    { ip: '0.0.0.0', privatePort: 80, publicPort: 8080, protocol: 'tcp' },
    { ip: null, privatePort: 90, publicPort: null, protocol: 'udp' },
  ]);
});
