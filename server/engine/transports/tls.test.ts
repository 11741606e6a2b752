import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import { createServer } from 'node:tls';
import type { Pair } from '../../../lab/certificates.ts';
import { CertificateAuthority } from '../../../lab/certificates.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { Fault, PortFaultProxy } from '../../../lab/fault-proxy.ts';
import { portFaultProxy } from '../../../lab/fault-proxy.ts';
import { freePort } from '../../../lab/free-port.ts';
import { waitUntil } from '../../../lab/wait.ts';
import { connectEngine } from '../client.ts';
import type { Engine } from '../types.ts';
import type { Destination, TlsMaterial } from './index.ts';

/** A real engine that wants TLS with client certificates, one that wants nothing, and a broken way to either. */
let ca: CertificateAuthority;
let otherCa: CertificateAuthority;
let engine: LabEngine;
let plain: LabEngine;
let way: PortFaultProxy;
let plainWay: PortFaultProxy;
let port: number;
let plainPort: number;
let pairs: Record<'server' | 'good' | 'expired' | 'unknown' | 'forServers' | 'expiredServer', Pair>;

before(async () => {
  ca = new CertificateAuthority('Lab CA');
  otherCa = new CertificateAuthority('Other CA');
  const names = 'IP:127.0.0.1,DNS:localhost';
  pairs = {
    server: ca.issue('server', { for: 'server', names }),
    good: ca.issue('good', { for: 'client' }),
    expired: ca.issue('expired', { for: 'client', isExpired: true }),
    unknown: otherCa.issue('unknown', { for: 'client' }),
    forServers: ca.issue('for-servers', { for: 'server', names }),
    expiredServer: ca.issue('expired-server', { for: 'server', names, isExpired: true }),
  };
  const { certificateFile, keyFile } = pairs.server;
  port = await freePort();
  plainPort = await freePort();
  const tls = ['--tlsverify', '--tlscacert', ca.certificateFile, '--tlscert', certificateFile, '--tlskey', keyFile];
  [engine, plain] = await Promise.all([
    privateEngine({ port, arguments: tls }),
    privateEngine({ port: plainPort, arguments: ['--tls=false'] }),
  ]);
  way = await portFaultProxy(port);
  plainWay = await portFaultProxy(plainPort);
});
after(async () => {
  await Promise.all([way.close(), plainWay.close()]);
  await Promise.all([engine.close(), plain.close()]);
  ca.close();
  otherCa.close();
});

const own = (pair: Pair, more: TlsMaterial = {}): TlsMaterial => ({
  ca: ca.certificate,
  certificate: pair.certificate,
  key: pair.key,
  ...more,
});

const at = (to: Destination) => connectEngine({ id: 1, ...to });

const using = async <T>(to: Destination, use: (engine: Engine) => Promise<T>): Promise<T> => {
  const connected = at(to);
  try {
    return await use(connected);
  } finally {
    connected.close();
  }
};

/** The engine at another address of this machine than the one in its certificate. */
const urlElsewhere = async (t: TestContext): Promise<string> => {
  const elsewhere = await portFaultProxy(port, '127.0.0.2');
  t.after(() => elsewhere.close());
  return `tcp://127.0.0.2:${elsewhere.port}`;
};

const fails = (to: Destination, message: RegExp) =>
  using(to, (connected) =>
    assert.rejects(connected.ping(), { code: 'CHR_ENGINE_UNREACHABLE', mayHaveHappened: false, message }),
  );

test('an engine is reached by TLS with its authority and a client certificate, by address and by name', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    const { version } = await using({ url: `tcp://${host}:${port}`, tls: own(pairs.good) }, (one) => one.facts());
    assert.match(version, /^\d+\.\d+/);
  }
});

test('a container is acted on, and events come, by TLS and by plain TCP', async () => {
  const ways = [
    { lab: engine, to: { url: `tcp://127.0.0.1:${port}`, tls: own(pairs.good) } },
    { lab: plain, to: { url: `tcp://127.0.0.1:${plainPort}` } },
  ];
  for (const { lab, to } of ways) {
    const id = await lab.run('acted-on');
    await using(to, async (one) => {
      const seen: string[] = [];
      const stop = new AbortController();
      const { promise, resolve } = Promise.withResolvers<void>();
      const reading = (async () => {
        for await (const event of one.events({ signal: stop.signal, onOpen: resolve })) seen.push(event.action);
      })();
      await promise;
      await one.pauseContainer(id);
      await waitUntil('the event', 10_000, 10, () => seen.includes('pause'));
      stop.abort();
      await reading;
    });
    await lab.remove('acted-on');
  }
});

test('a pinned certificate is accepted whoever signed it, for any name, and no other one is', async (t) => {
  const wrong = { ...own(pairs.good), ca: undefined, fingerprint: '0'.repeat(64) };
  const url = await urlElsewhere(t);
  let found = '';
  await using({ url, tls: wrong }, (one) =>
    assert.rejects(one.ping(), (error: Error) => {
      found = /SHA-256 ([0-9a-f]{64})/.exec(error.message)?.[1] ?? '';
      return /another certificate than the one that was pinned/.test(error.message);
    }),
  );
  await using({ url, tls: { ...wrong, fingerprint: found } }, (one) => one.ping());
});

test('nothing is written to an engine whose certificate is not the one that was pinned', async () => {
  let received = 0;
  const { certificate, key } = pairs.server;
  const impostor = createServer({ cert: certificate, key }, (socket) => socket.on('data', () => received++));
  const impostorPort = await freePort();
  await new Promise<void>((resolve) => impostor.listen(impostorPort, '127.0.0.1', resolve));
  const tls = { fingerprint: '0'.repeat(64) };
  await fails({ url: `tcp://127.0.0.1:${impostorPort}`, tls }, /another certificate/);
  assert.equal(received, 0);
  impostor.close();
});

test('each fault of TLS is told apart, with its remedy', async (t) => {
  const url = `tcp://127.0.0.1:${port}`;
  const other = await urlElsewhere(t);
  await fails({ url, tls: { ca: ca.certificate } }, /wants a client certificate\. Give this host one/);
  await fails({ url, tls: own(pairs.expired) }, /client certificate expired on \d{4}-\d\d-\d\d\. Give this host a new/);
  await fails({ url, tls: own(pairs.unknown) }, /does not accept the client certificate\. .* --tlscacert/);
  await fails({ url, tls: own(pairs.forServers) }, /not made for clients\. .*clientAuth/);
  await fails({ url, tls: own(pairs.good, { ca: otherCa.certificate }) }, /not signed by the authority .* pin/);
  await fails({ url, tls: own(pairs.good, { ca: undefined }) }, /not signed by the authority .*ca\.pem/);
  await fails({ url: other, tls: own(pairs.good) }, /for another name \(.*localhost\), not for 127\.0\.0\.2/);
  await fails({ url, tls: own(pairs.good, { key: pairs.unknown.key }) }, /do not belong together/);
  await fails({ url: `tcp://127.0.0.1:${plainPort}`, tls: own(pairs.good) }, /does not speak TLS/);
  await using({ url }, (one) => assert.rejects(one.ping(), { message: /wants TLS\. Give this host/ }));
});

test('an expired certificate of the engine is told as such', async () => {
  const { certificate, key } = pairs.expiredServer;
  // It ends TLS in front of a real engine.
  const front = createServer({ cert: certificate, key }, (socket) => socket.pipe(connect(plain.socket)).pipe(socket));
  const frontPort = await freePort();
  await new Promise<void>((resolve) => front.listen(frontPort, '127.0.0.1', resolve));
  await fails({ url: `tcp://127.0.0.1:${frontPort}`, tls: { ca: ca.certificate } }, /has expired\. Make a new one/);
  front.close();
});

test('what goes wrong on the way is told apart, by TLS and without', async () => {
  const faults: [Fault, RegExp, RegExp][] = [
    [{ kind: 'refuse' }, /Nothing listens at .*dockerd -H/, /Nothing listens at .*dockerd -H/],
    [{ kind: 'reset' }, /hung up during the TLS handshake/, /connection to tcp:\/\/127\.0\.0\.1:\d+ broke/],
    [{ kind: 'blackhole' }, /No connection .* within 3 s\. .* Does it speak TLS/, /did not answer within 4 s/],
  ];
  for (const [fault, byTls, byTcp] of faults) {
    await Promise.all([way.set(fault), plainWay.set(fault)]);
    await fails({ url: `tcp://127.0.0.1:${way.port}`, tls: own(pairs.good) }, byTls);
    await using({ url: `tcp://127.0.0.1:${plainWay.port}` }, (one) => assert.rejects(one.ping(), { message: byTcp }));
  }
  await Promise.all([way.set({ kind: 'none' }), plainWay.set({ kind: 'none' })]);
  for (const tls of [undefined, own(pairs.good)]) {
    await fails({ url: 'tcp://nowhere.invalid:2376', tls }, /name nowhere\.invalid cannot be resolved/);
  }
});

test('a stream that is cut ends by an error, and the next call connects again', async () => {
  const ways: [PortFaultProxy, TlsMaterial | undefined][] = [
    [way, own(pairs.good)],
    [plainWay, undefined],
  ];
  for (const [proxy, tls] of ways) {
    await using({ url: `tcp://127.0.0.1:${proxy.port}`, tls }, async (one) => {
      await one.ping();
      const { promise, resolve } = Promise.withResolvers<void>();
      const reading = (async () => {
        for await (const _ of one.events({ signal: new AbortController().signal, onOpen: resolve }));
      })();
      await promise;
      proxy.cut();
      await assert.rejects(reading, { code: 'CHR_ENGINE_UNREACHABLE' });
      await one.ping();
    });
  }
});

test('an engine that hangs costs a call its deadline, also by TLS', async () => {
  await using({ url: `tcp://127.0.0.1:${port}`, tls: own(pairs.good) }, async (one) => {
    await one.ping();
    await engine.freeze();
    await assert.rejects(one.ping(), { code: 'CHR_ENGINE_TIMEOUT', message: /did not answer within 4 s/ });
    await engine.thaw();
    await one.ping();
  });
});

test('an address that cannot be one is refused before anything is asked', () => {
  for (const url of [
    'tcp://',
    'tcp://-oProxy',
    'tcp://a b:1',
    'tcp://host:99999',
    'tcp://host:1/path',
    'http://host',
  ]) {
    assert.throws(() => at({ url }), { code: 'CHR_INVALID_INPUT' }, url);
  }
});
