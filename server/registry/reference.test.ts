import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChallenge } from './challenge.ts';
import { childFor } from './manifest.ts';
import { plainPlace, trustIn } from './place.ts';
import { fullName, parseReference } from './reference.ts';

const names: [text: string, full: string][] = [
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['index.docker.io/library/nginx:1', 'docker.io/library/nginx:1'],
  ['registry-1.docker.io/grafana/grafana', 'docker.io/grafana/grafana:latest'],
  ['ghcr.io/home-assistant/home-assistant:stable', 'ghcr.io/home-assistant/home-assistant:stable'],
  ['localhost:5000/web', 'localhost:5000/web:latest'],
  ['localhost/web:2', 'localhost/web:2'],
  ['192.168.1.4:5000/a/b/c:x', '192.168.1.4:5000/a/b/c:x'],
  ['[fd00::1]:5000/web', '[fd00::1]:5000/web:latest'],
  ['GHCR.io/a/b', 'ghcr.io/a/b:latest'],
];
for (const [text, full] of names) {
  test(`${text} means ${full}`, () => {
    const reference = parseReference(text);
    assert.equal(reference && fullName(reference), full);
  });
}

const digest = `sha256:${'0af1'.repeat(16)}`;
test('a digest is kept beside the tag, and alone', () => {
  assert.deepEqual(parseReference(`nginx:1@${digest}`), {
    ...{ registry: 'docker.io', repository: 'library/nginx', tag: '1', digest },
  });
  assert.equal(parseReference(`nginx@${digest}`)?.tag, null);
});

for (const text of [
  '',
  digest,
  '0af1'.repeat(16),
  'a b',
  '../etc',
  'nginx:',
  'Nginx',
  'nginx@sha256:12',
  'a//b',
  'x/..',
]) {
  test(`"${text}" is no name of an image`, () => assert.equal(parseReference(text), null));
}

test('a long text that almost is a name is refused at once', () => {
  const startedAt = performance.now();
  assert.equal(parseReference(`${'a-'.repeat(200)}!`), null);
  assert.ok(performance.now() - startedAt < 50);
});

test('a challenge is read with its parts in any order, and Basic only where there is nothing better', () => {
  const header = 'Bearer service="registry.docker.io",realm="https://auth.docker.io/token"';
  const bearer = { scheme: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io' };
  assert.deepEqual(readChallenge(header), bearer);
  assert.deepEqual(readChallenge(`Basic realm="x", ${header}`), bearer);
  assert.deepEqual(readChallenge('Basic realm="Registry Realm"'), { scheme: 'basic' });
  assert.equal(readChallenge('Negotiate'), null);
  assert.equal(readChallenge(undefined), null);
});

test('credentials may go to the registry itself, to Docker’s own token server, and where somebody approved', () => {
  const hub = plainPlace('docker.io');
  assert.equal(trustIn(new URL('https://auth.docker.io/token'), hub), 'approved');
  assert.equal(trustIn(new URL('https://auth.docker.io.evil.example/token'), hub), 'elsewhere');
  const own = plainPlace('ghcr.io');
  assert.equal(trustIn(new URL('https://ghcr.io/token'), own), 'approved');
  assert.equal(trustIn(new URL('http://ghcr.io/token'), own), 'near');
  assert.equal(
    trustIn(new URL('https://auth.example.org/x'), { ...own, realm: 'https://auth.example.org' }),
    'approved',
  );
});

test('plain http is spoken to this machine only, unless somebody says so', () => {
  const insecure = (host: string) => plainPlace(host).insecure;
  assert.deepEqual(['127.0.0.1:5000', 'localhost:5000', '[::1]:5000'].map(insecure), [true, true, true]);
  assert.deepEqual(['192.168.1.4:5000', '127.0.0.1.example.org', 'ghcr.io'].map(insecure), [false, false, false]);
});

test('of several images the one for the platform is taken, with the variants that are usual', () => {
  const child = (architecture: string, variant: string | null, name: string) => ({
    ...{ os: 'linux', architecture, variant, digest: name },
  });
  const children = [
    child('amd64', null, 'a'),
    child('arm', 'v6', 'b'),
    child('arm', 'v7', 'c'),
    child('arm64', 'v8', 'd'),
  ];
  const find = (architecture: string, variant: string | null) =>
    childFor(children, { os: 'linux', architecture, variant })?.digest;
  assert.deepEqual(
    [find('amd64', null), find('arm', 'v6'), find('arm', null), find('arm64', null)],
    ['a', 'b', 'c', 'd'],
  );
  assert.equal(find('s390x', null), undefined);
});
