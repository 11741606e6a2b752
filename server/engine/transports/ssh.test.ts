import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { PortFaultProxy } from '../../../lab/fault-proxy.ts';
import { portFaultProxy } from '../../../lab/fault-proxy.ts';
import type { SshServer } from '../../../lab/ssh-server.ts';
import { sshServer } from '../../../lab/ssh-server.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { connectEngine } from '../client.ts';
import type { Engine } from '../types.ts';
import type { Destination, SshMaterial } from './index.ts';
import { hostKeyFingerprint, scanHostKey } from './ssh-keyscan.ts';

/** A real engine behind real OpenSSH servers: one that forwards to its socket, and one that only runs commands. */
let lab: LabEngine;
let server: SshServer;
let commandsOnly: SshServer;
let way: PortFaultProxy;
/** What a program that was killed left behind. */
let leftover: string;

before(async () => {
  const { pid } = spawnSync('true');
  leftover = join(tmpdir(), `chrontainer-ssh-${pid}-left`);
  mkdirSync(leftover);
  writeFileSync(join(leftover, 'key'), 'a key');
  lab = await privateEngine();
  server = await sshServer({ dockerHost: lab.url });
  commandsOnly = await sshServer({ dockerHost: lab.url, settings: ['AllowStreamLocalForwarding no'] });
  way = await portFaultProxy(server.port);
});
after(async () => {
  await way.close();
  await Promise.all([server.close(), commandsOnly.close()]);
  await lab.close();
});

const to = (at: SshServer, more: SshMaterial = {}, port = at.port): Destination => ({
  url: `ssh://root@127.0.0.1:${port}${lab.socket}`,
  ssh: { hostKeys: at.hostKey, key: at.key, ...more },
});

const using = async <T>(destination: Destination, use: (engine: Engine) => Promise<T>): Promise<T> => {
  const engine = connectEngine({ id: 1, ...destination });
  try {
    return await use(engine);
  } finally {
    engine.close();
  }
};

const fails = (destination: Destination, message: RegExp) =>
  using(destination, (engine) =>
    assert.rejects(engine.ping(), { code: 'CHR_ENGINE_UNREACHABLE', mayHaveHappened: false, message }),
  );

/** A server that does something else with who has signed in. */
const serverWith = async (t: TestContext, dockerHost: string, ...settings: string[]): Promise<SshServer> => {
  const other = await sshServer({ dockerHost, settings: ['AllowStreamLocalForwarding no', ...settings] });
  t.after(() => other.close());
  return other;
};

const ownFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`chrontainer-ssh-${process.pid}-`));

for (const [how, at] of [
  ['a forward to the socket', () => server],
  ['docker system dial-stdio where forwards are forbidden', () => commandsOnly],
] as const) {
  test(`an engine is reached by ${how}: it is listed, acted on, and its events come`, async () => {
    const id = await lab.run('by-ssh');
    await using(to(at()), async (engine) => {
      assert.equal((await engine.facts()).kind, 'docker');
      const seen: string[] = [];
      const stop = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const reading = (async () => {
        for await (const event of engine.events({ signal: stop.signal, onOpen: resolve })) seen.push(event.action);
      })();
      await promise;
      await engine.pauseContainer(id);
      assert.equal((await engine.inspectContainer(id)).state, 'paused');
      await engine.unpauseContainer(id);
      await waitUntil('the events', 10_000, 10, () => seen.includes('unpause'));
      stop.abort();
      await reading;
    });
    await lab.remove('by-ssh');
  });
}

test('one connection carries everything, and nobody else can look into its folder', async () => {
  const before = way.accepted();
  await using(to(server, {}, way.port), async (engine) => {
    await Promise.all([engine.ping(), engine.listContainers(), engine.facts()]);
    await engine.ping();
    assert.equal(way.accepted() - before, 1);
    const [folder = ''] = ownFolders();
    assert.equal(statSync(join(tmpdir(), folder)).mode & 0o777, 0o700);
    assert.equal(existsSync(join(tmpdir(), folder, 'key')), false, 'the private key is still on the disk');
  });
  await waitUntil('the folder to go', 10_000, 10, () => ownFolders().length === 0);
});

test('what a killed program left behind, private keys included, is taken away', async () => {
  await waitUntil('it to go', 10_000, 10, () => !existsSync(leftover));
});

test('the host key that a server shows can be asked for, with its fingerprint as OpenSSH prints it', async () => {
  const key = await scanHostKey(`ssh://root@127.0.0.1:${server.port}`);
  assert.equal(key, server.hostKey);
  const printed = execFileSync('ssh-keygen', ['-lf', '-'], { input: server.hostKey, encoding: 'utf8' });
  assert.equal(hostKeyFingerprint(key), printed.split(' ')[1]);
  const refused = scanHostKey('ssh://root@127.0.0.1:1');
  await assert.rejects(refused, { code: 'CHR_ENGINE_UNREACHABLE', message: /Nothing listens at 127\.0\.0\.1:1/ });
});

test('each fault of the sign-in is told apart, with its remedy', async () => {
  await fails(to(server, { key: server.otherKey }), /user root may not sign in .*authorized_keys/);
  await fails(to(server, { hostKeys: undefined }), /host key of 127\.0\.0\.1:\d+ has not been accepted/);
  await fails(to(server, { hostKeys: commandsOnly.hostKey }), /host key .* is another one .* in between/);
  await fails(to(server, { key: 'no key' }), /private key cannot be read/);
  await fails({ ...to(server), url: 'ssh://root@127.0.0.1:1' }, /Nothing listens at 127\.0\.0\.1:1\. .*SSH/);
  await fails({ ...to(server), url: 'ssh://root@nowhere.invalid' }, /name nowhere\.invalid cannot be resolved/);
});

test('each fault behind the sign-in is told apart, with its remedy', async (t) => {
  const asNobody = 'ForceCommand setpriv --reuid 65534 --regid 65534 --clear-groups docker system dial-stdio';
  await fails(to(await serverWith(t, lab.url, asNobody)), /may not use the engine's socket .*usermod -aG docker root/);
  const empty = await serverWith(t, 'unix:///nowhere/docker.sock');
  await fails({ ...to(empty), url: `ssh://root@127.0.0.1:${empty.port}` }, /no engine answers at .*docker\.sock/);
  const without = await serverWith(t, lab.url, 'ForceCommand PATH=/nowhere exec docker system dial-stdio');
  await fails(to(without), /no docker command.*AllowStreamLocalForwarding/);
  const closed = await serverWith(t, lab.url, 'ForceCommand /usr/sbin/nologin');
  await fails(to(closed), /socket .* cannot be reached.*AllowStreamLocalForwarding/);
});

test('without the program ssh the message says what to install', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    await fails(to(server), /ssh is missing .*openssh-client/);
  } finally {
    process.env['PATH'] = path;
  }
});

test('what goes wrong on the way is told apart', async () => {
  await way.set({ kind: 'refuse' });
  await fails(to(server, {}, way.port), /Nothing listens at .*SSH server/);
  await way.set({ kind: 'reset' });
  await fails(to(server, {}, way.port), /hung up before the sign-in/);
  await way.set({ kind: 'blackhole' });
  await fails(to(server, {}, way.port), /No answer from .* firewall/);
  await way.set({ kind: 'none' });
});

test('a connection that is cut ends its streams by an error, and the next call signs in again', async () => {
  await using(to(server, {}, way.port), async (engine) => {
    await engine.ping();
    const { promise, resolve } = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const _ of engine.events({ signal: new AbortController().signal, onOpen: resolve }));
    })();
    await promise;
    way.cut();
    await assert.rejects(reading, { code: 'CHR_ENGINE_UNREACHABLE' });
    await waitUntil('the next sign-in', 10_000, 20, () =>
      engine.ping().then(
        () => true,
        () => false,
      ),
    );
  });
});

test('an engine that hangs or is gone over there is told within its deadline, and comes back', async () => {
  await using(to(server), async (engine) => {
    await engine.ping();
    await lab.freeze();
    await assert.rejects(engine.ping(), { code: 'CHR_ENGINE_TIMEOUT', message: /did not answer within 4 s/ });
    await lab.thaw();
    await engine.ping();
    await lab.stop();
    await assert.rejects(engine.ping(), { code: 'CHR_ENGINE_UNREACHABLE' });
    await assert.rejects(engine.ping(), {
      code: 'CHR_ENGINE_UNREACHABLE',
      message: /no engine answers|cannot be reached/,
    });
    await lab.start();
    await engine.ping();
  });
});

test('an address that a program could take for an option, or a shell for a command, is refused', () => {
  const bad = ['-oProxyCommand=x', 'root@-x', '-x@host', 'host/a;b', 'host/$(x)', 'host:0', 'a b', 'host/../x y', ''];
  for (const rest of bad) {
    assert.throws(() => connectEngine({ id: 1, url: `ssh://${rest}` }), { code: 'CHR_INVALID_INPUT' }, rest);
  }
});
