import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEventLine } from './event-line.ts';
import { docker, podman } from './fixtures/recorded.ts';

const read = (events: object[]) => events.flatMap((event) => readEventLine(JSON.stringify(event)) ?? []);

test('of what Docker tells, health probes and networks are left out', () => {
  assert.deepEqual(
    read(docker.events).map((event) => event.action),
    [
      'create',
      'start',
      'die',
      'health_status',
      'pause',
      'kill',
      'unpause',
      'stop',
      'restart',
      'health_status',
      'rename',
      'update',
      'destroy',
    ],
  );
});

test("Podman's words are understood", () => {
  assert.deepEqual(
    read(podman.events).map((event) => event.action),
    ['create', 'start', 'die', 'pause', 'unpause', 'restart', 'rename', 'kill', 'destroy', 'stop'],
  );
});

test('the health stands behind a colon, the exit code in the attributes', () => {
  assert.deepEqual(
    read(docker.events).flatMap((event) => event.health ?? []),
    ['unhealthy', 'healthy'],
  );
  for (const engine of [docker, podman]) {
    assert.equal(read(engine.events).find((event) => event.action === 'die')?.exitCode, 7);
  }
});

test('the time keeps all its nanoseconds, whatever a label says', () => {
  const line =
    '{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"x":"\\"timeNano\\":1"}},"timeNano":1795420055782040801}';
  assert.equal(readEventLine(line)?.timeNano, 1795420055782040801n);
});
