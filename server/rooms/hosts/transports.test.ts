import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Pair } from '../../../lab/certificates.ts';
import { CertificateAuthority } from '../../../lab/certificates.ts';
import type { LabEngine } from '../../../lab/engine.ts';
import { privateEngine } from '../../../lab/engine.ts';
import type { FaultProxy, PortFaultProxy } from '../../../lab/fault-proxy.ts';
import { faultProxy, portFaultProxy } from '../../../lab/fault-proxy.ts';
import { freePort } from '../../../lab/free-port.ts';
import type { SshServer } from '../../../lab/ssh-server.ts';
import { sshServer } from '../../../lab/ssh-server.ts';
import { systemClock } from '../../clock/index.ts';
import type { Destination } from '../../engine/index.ts';
import { connectEngine, EngineError } from '../../engine/index.ts';
import { tryHost } from './trial.ts';

/**
 * What people are told by each kind of connection, whatever is wrong with it: one real engine, reached in four ways. The
 * table is printed at the end.
 */
const ca = new CertificateAuthority('Table');
const otherCa = new CertificateAuthority('Other');
let pairs: Record<'server' | 'good' | 'expired' | 'unknown', Pair>;
let engine: LabEngine;
let socketWay: FaultProxy;
let tcpWay: PortFaultProxy;
let tlsWay: PortFaultProxy;
let tlsElsewhere: PortFaultProxy;
let server: SshServer;
let sshWay: PortFaultProxy;

before(async () => {
  pairs = {
    server: ca.issue('server', { for: 'server', names: 'IP:127.0.0.1,DNS:localhost' }),
    good: ca.issue('good', { for: 'client' }),
    expired: ca.issue('expired', { for: 'client', isExpired: true }),
    unknown: otherCa.issue('unknown', { for: 'client' }),
  };
  const port = await freePort();
  const { certificateFile, keyFile } = pairs.server;
  const tls = ['--tlsverify', '--tlscacert', ca.certificateFile, '--tlscert', certificateFile, '--tlskey', keyFile];
  engine = await privateEngine({ port, arguments: tls });
  server = await sshServer({ dockerHost: engine.url });
  socketWay = await faultProxy(engine.socket);
  tcpWay = await portFaultProxy(engine.socket);
  tlsWay = await portFaultProxy(port);
  tlsElsewhere = await portFaultProxy(port, '127.0.0.2');
  sshWay = await portFaultProxy(server.port);
});
after(async () => {
  await Promise.all([socketWay, tcpWay, tlsWay, tlsElsewhere, sshWay].map((way) => way.close()));
  await server.close();
  await engine.close();
  ca.close();
  otherCa.close();
});

const columns = ['works', 'wrong credentials', 'expired', 'wrong host', 'refused', 'hang', 'cut mid-stream'] as const;
type Column = (typeof columns)[number];
const kinds = ['unix', 'tcp', 'tls', 'ssh'] as const;
type Kind = (typeof kinds)[number];
const told: Record<Kind, Partial<Record<Column, string>>> = { unix: {}, tcp: {}, tls: {}, ssh: {} };

const tls = (pair: Pair) => ({ ca: ca.certificate, certificate: pair.certificate, key: pair.key });
const ssh = (more: object = {}) => ({ hostKeys: server.hostKey, key: server.key, ...more });
const sshUrl = (port: number) => `ssh://root@127.0.0.1:${port}${engine.socket}`;
const good = (): Record<Kind, Destination> => ({
  unix: { url: socketWay.url },
  tcp: { url: `tcp://127.0.0.1:${tcpWay.port}` },
  tls: { url: `tcp://127.0.0.1:${tlsWay.port}`, tls: tls(pairs.good) },
  ssh: { url: sshUrl(sshWay.port), ssh: ssh() },
});

/** Tries it as the page does: the answer is the step that failed with its message, or the last that passed. */
const tried = async (to: Destination): Promise<string> => {
  const connect = (there: Destination) => connectEngine({ ...there, id: 1 });
  const { ok, steps } = await tryHost(to, { clock: systemClock, connect });
  const last = steps.at(-1);
  return `${ok ? '✔' : '✖'} ${last?.name}: ${last?.message}`;
};

const tell = async (kind: Kind, column: Column, what: Promise<string> | string, wanted: RegExp): Promise<void> => {
  const message = await what;
  told[kind][column] = message;
  assert.match(message, wanted, `${kind}, ${column}`);
};

test('each kind of connection works', async () => {
  for (const kind of kinds) await tell(kind, 'works', tried(good()[kind]), /^✔ version: Docker \S+, API 1\.41/);
});

test('wrong credentials are told as such', async () => {
  await tell(
    'unix',
    'wrong credentials',
    asNobody(() => tried({ url: engine.url })),
    /^✖ permission: .* group_add/,
  );
  await tell('tcp', 'wrong credentials', tried({ ...good().tls, tls: null }), /^✖ answer: .*wants TLS/);
  await tell(
    'tls',
    'wrong credentials',
    tried({ ...good().tls, tls: tls(pairs.unknown) }),
    /^✖ tls: .*does not accept/,
  );
  const otherKey = { ...good().ssh, ssh: ssh({ key: server.otherKey }) };
  await tell('ssh', 'wrong credentials', tried(otherKey), /^✖ signIn: .*may not sign in .*authorized_keys/);
});

test('what has expired is told as such, where anything can', async () => {
  await tell('tls', 'expired', tried({ ...good().tls, tls: tls(pairs.expired) }), /^✖ tls: .*expired on \d{4}/);
  for (const kind of ['unix', 'tcp', 'ssh'] as const) told[kind].expired = '(nothing there expires)';
});

test('what is not the host that it should be is told as such', async () => {
  const containerd = join(dirname(engine.socket), 'exec/containerd/containerd.sock');
  await tell('unix', 'wrong host', tried({ url: `unix://${containerd}` }), /^✖ answer: .*not an engine/);
  await tell('tcp', 'wrong host', tried({ url: `tcp://127.0.0.1:${server.port}` }), /^✖ answer: .*not speak HTTP/);
  const elsewhere = { url: `tcp://127.0.0.2:${tlsElsewhere.port}`, tls: tls(pairs.good) };
  await tell('tls', 'wrong host', tried(elsewhere), /^✖ tls: .*another name .*127\.0\.0\.2/);
  const other = { ...good().ssh, ssh: ssh({ hostKeys: `ssh-ed25519 ${'A'.repeat(68)}` }) };
  await tell('ssh', 'wrong host', tried(other), /^✖ hostKey: .*another one/);
});

test('an engine that hangs is told as such within seconds, by every connection', async () => {
  await engine.freeze();
  const startedAt = performance.now();
  const wanted = { unix: /within 4 s/, tcp: /within 4 s/, tls: /within 3 s/, ssh: /within 4 s/ };
  await Promise.all(kinds.map((kind) => tell(kind, 'hang', tried(good()[kind]), wanted[kind])));
  const tookMs = performance.now() - startedAt;
  await engine.thaw();
  assert.ok(tookMs < 20_000, `${Math.round(tookMs)} ms`);
});

test('a connection that is cut in the middle of a stream ends it with a reason', async () => {
  const ways = { unix: socketWay, tcp: tcpWay, tls: tlsWay, ssh: sshWay };
  for (const kind of kinds)
    await tell(kind, 'cut mid-stream', cut(good()[kind], ways[kind]), /ended the connection|cut/);
});

test('where nobody listens it is told as such', async () => {
  const to = good();
  await Promise.all([socketWay, tcpWay, tlsWay, sshWay].map((way) => way.set({ kind: 'refuse' })));
  for (const kind of kinds)
    await tell(kind, 'refused', tried(to[kind]), /^✖ connect: (There is no socket|Nothing listens)/);
});

test('the table is whole', (t) => {
  const head = `| | ${columns.join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`;
  const rows = kinds.map((kind) => `| ${kind} | ${columns.map((column) => told[kind][column] ?? '').join(' | ')} |`);
  for (const line of [head, ...rows].flatMap((text) => text.split('\n'))) t.diagnostic(line);
  for (const kind of kinds) for (const column of columns) assert.ok(told[kind][column], `${kind}, ${column}`);
});

/** What a follower of events is told. */
const cut = async (to: Destination, way: Pick<FaultProxy, 'cut'>): Promise<string> => {
  const connected = connectEngine({ ...to, id: 1 });
  try {
    const { promise, resolve } = Promise.withResolvers<void>();
    const read = async () => {
      const { signal } = new AbortController();
      for await (const _ of connected.events({ signal, onOpen: resolve }));
    };
    const reading = read().then(
      () => 'nothing',
      (error: unknown) => (error instanceof EngineError ? error.message : String(error)),
    );
    await promise;
    way.cut();
    return await reading;
  } finally {
    connected.close();
  }
};

const nobody = 65_534;

/** Rights on files are looked at when the connection is made, in this process. */
const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
};
