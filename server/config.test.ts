import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
};

test('an empty environment gives the documented defaults, and variables set to nothing count as not set', () => {
  for (const env of [
    {},
    { PORT: '', HOST: '', DATA_DIR: '', DATABASE_URL: '', DOCKER_HOST: '', TZ: '', LOG_LEVEL: '' },
  ]) {
    const config = readConfig(env);
    assert.equal(config.port, 5000);
    assert.equal(config.host, '0.0.0.0');
    assert.equal(config.dataDir, join(process.cwd(), 'data'));
    assert.equal(config.databaseFile, join(process.cwd(), 'data', 'chrontainer.db'));
    assert.equal(config.dockerHost, 'unix:///var/run/docker.sock');
    assert.equal(config.logLevel, 'info');
    assert.deepEqual([config.baseUrl, config.admin, config.forceHttps], [null, null, false]);
    assert.equal(config.callsPerMinute, 1200);
    assert.equal(config.secretKey, null);
    assert.deepEqual(config.trustProxy, { kind: 'none' });
  }
});

const faulty: [variable: string, value: string][] = [
  ['PORT', 'http'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'postgres://db/chrontainer'],
  ['DATABASE_URL', 'file://elsewhere/x.db'],
  ['DATABASE_URL', '/data/x.db'],
  ['DOCKER_HOST', 'tcp://10.0.0.1:2375'],
  ['DOCKER_HOST', 'ssh://me@nas'],
  ['DOCKER_HOST', '/var/run/docker.sock'],
  ['TZ', 'Europe/Nowhere'],
  ['TZ', '+01:00'],
  ['LOG_LEVEL', 'loud'],
  ['SECRET_KEY', 'short'],
  ['BASE_URL', 'chrontainer.example.org'],
  ['BASE_URL', 'https://example.org/a%22b'],
  ['BASE_URL', 'https://example.org//elsewhere'],
  ['BASE_URL', 'https://example.org/api'],
  ['BASE_URL', 'javascript:alert(1)'],
  ['TRUST_PROXY', 'nginx'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['FORCE_HTTPS', 'maybe'],
  ['RATE_LIMIT', '5'],
  ['RATE_LIMIT', 'many'],
  ['CHRONTAINER_ADMIN_PASSWORD', 'a long enough one'],
  ['CHRONTAINER_ADMIN_USERNAME', 'ada'],
];
for (const [variable, value] of faulty) {
  test(`${variable}=${value} is refused with the variable's name`, () => {
    const faults = faultsOf({ [variable]: value });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', new RegExp(variable));
  });
}

test('all faults are told at once', () => {
  const faults = faultsOf({ PORT: 'x', TZ: 'x', LOG_LEVEL: 'x', TRUST_PROXY: 'x' });
  assert.deepEqual(
    faults.map((fault) => fault.split(' ')[0]),
    ['PORT', 'TZ', 'LOG_LEVEL', 'TRUST_PROXY'],
  );
});

test('a message never repeats a secret', () => {
  const faults = faultsOf({
    SECRET_KEY: 'hunter2',
    CHRONTAINER_ADMIN_PASSWORD: 'hunter2',
    DATABASE_URL: 'postgres://u:hunter2@db/x',
  });
  assert.equal(faults.length, 3);
  assert.doesNotMatch(faults.join('\n'), /hunter2/);
});

test('good values are taken over', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: 'file:///srv/c.db',
    DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
    TZ: 'Asia/Kolkata',
    LOG_LEVEL: 'DEBUG',
    BASE_URL: 'https://chrontainer.example.org/',
    TRUST_PROXY: '1',
    FORCE_HTTPS: 'true',
    RATE_LIMIT: '300',
    CHRONTAINER_ADMIN_USERNAME: 'ada',
    CHRONTAINER_ADMIN_PASSWORD_FILE: '/run/secrets/admin',
  });
  assert.equal(config.port, 0);
  assert.equal(config.databaseFile, '/srv/c.db');
  assert.equal(config.timeZone, 'Asia/Kolkata');
  assert.equal(config.logLevel, 'debug');
  assert.equal(config.baseUrl, 'https://chrontainer.example.org');
  assert.equal(config.callsPerMinute, 300);
  assert.equal(readConfig({ RATE_LIMIT: 'off' }).callsPerMinute, null);
  assert.deepEqual(config.trustProxy, { kind: 'hops', count: 1 });
  const below = readConfig({ BASE_URL: 'https://example.org/tools/chron/' });
  assert.equal(below.baseUrl, 'https://example.org/tools/chron');
  assert.deepEqual(config.admin, { username: 'ada', passwordFile: '/run/secrets/admin' });
});
