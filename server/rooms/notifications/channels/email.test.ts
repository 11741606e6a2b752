import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import * as v from 'valibot';
import { channelTarget } from '../../../../contract/index.ts';
import { CertificateAuthority } from '../../../../lab/certificates.ts';
import { Outbound, OutboundError } from '../../../outbound/index.ts';
import type { Message } from './channel.ts';
import { deliver } from './registry.ts';

const message: Message = {
  id: 'one',
  title: 'Failed: <img src=x>\r\nBcc: everyone@example.org',
  body: 'restart <script>alert(1)</script> on Local: no such container\n.\nQUIT\n"&"',
  severity: 'error',
  event: 'run.failed',
  at: Date.UTC(2026, 10, 26),
  sentAt: 0,
  runId: 'r1',
  url: 'https://chrontainer.example.org/runs/r1?a=1&b=2',
  snooze: null,
  request: null,
  facts: null,
};
const authority = new CertificateAuthority('house');
const { certificate, key } = authority.issue('mail', { for: 'server', names: 'DNS:localhost' });
const servers: SMTPServer[] = [];
const { signal } = new AbortController();
const open = new Outbound(() => true);

after(async () => {
  for (const server of servers) await new Promise<void>((resolve) => server.close(() => resolve()));
  authority.close();
});

interface Mail {
  to: string[];
  text: string;
  isSecure: boolean;
  user: string | undefined;
}

/** A mail server that keeps what it takes. */
const mailServer = async (options: SMTPServerOptions): Promise<{ port: number; mails: Mail[] }> => {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    cert: certificate,
    key,
    authOptional: true,
    closeTimeout: 100,
    onData: async (stream, session, done) => {
      const text = Buffer.concat(await stream.toArray()).toString();
      const to = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ to, text, isSecure: session.secure === true, user: session.user as string | undefined });
      done(null, 'taken as 42');
    },
    onAuth: (auth, _session, done) =>
      auth.password === 'right' ? done(null, { user: auth.username ?? '' }) : done(new Error('no such mailbox')),
    ...options,
  });
  server.on('error', () => undefined);
  servers.push(server);
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { port: (listener.address() as AddressInfo).port, mails };
};

const send = (config: object, more: { password?: string; outbound?: Outbound } = {}) => {
  const whole = {
    host: 'localhost',
    from: 'clock@example.org',
    to: ['ada@example.org'],
    ca: authority.certificate,
    ...config,
  };
  const secrets = more.password === undefined ? {} : { password: more.password };
  const target = v.parse(channelTarget, { kind: 'email', config: whole, secrets });
  return deliver(message, target, { outbound: more.outbound ?? open, signal });
};

test('a mail goes by STARTTLS with a password, as text and as HTML, and the server’s answer is told', async () => {
  const { port, mails } = await mailServer({});
  const tried = await send({ port, user: 'ada', to: ['ada@example.org', 'bob@example.org'] }, { password: 'right' });
  assert.deepEqual(tried, { ok: true, status: 250, answer: '250 taken as 42', mayRetry: false });
  const [mail] = mails;
  assert.ok(mail);
  assert.deepEqual([mail.isSecure, mail.user, mail.to], [true, 'ada', ['ada@example.org', 'bob@example.org']]);
  assert.match(mail.text, /^Content-Type: text\/plain/im);
  assert.match(mail.text, /^Content-Type: text\/html/im);
  assert.match(mail.text, /^Auto-Submitted: auto-generated/im);
});

test('a mail carries the link that snoozes it, in its text and in its HTML', async () => {
  const { port, mails } = await mailServer({});
  const target = {
    host: 'localhost',
    port,
    from: 'clock@example.org',
    to: ['ada@example.org'],
    ca: authority.certificate,
  };
  const parsed = v.parse(channelTarget, { kind: 'email', config: target, secrets: {} });
  const url = 'https://chrontainer.example.org/snooze#tok_en-1';
  const snooze = { url, call: 'https://chrontainer.example.org/api/v1/snooze', token: 'tok_en-1' };
  assert.equal((await deliver({ ...message, snooze }, parsed, { outbound: open, signal })).ok, true);
  const text = (mails[0]?.text ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
  assert.ok(text.includes(`Snooze this: ${url}`));
  assert.ok(text.includes(`<a href="${url}">Snooze this</a>`));
});

test('names and lines cannot add a header, a recipient or a tag', async () => {
  const { port, mails } = await mailServer({});
  assert.equal((await send({ port })).ok, true);
  const [mail] = mails;
  assert.ok(mail);
  assert.deepEqual(mail.to, ['ada@example.org']);
  const [head = ''] = mail.text.split('\r\n\r\n');
  assert.doesNotMatch(head, /^bcc:/im);
  const html = mail.text.slice(mail.text.indexOf('text/html')).replaceAll('=\r\n', '').replaceAll('=3D', '=');
  assert.doesNotMatch(html, /<script|<img/);
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  assert.match(html, /href="https:\/\/chrontainer\.example\.org\/runs\/r1\?a=1&amp;b=2"/);
});

test('each try of a message has the same Message-ID', async () => {
  const { port, mails } = await mailServer({});
  await send({ port });
  await send({ port });
  const ids = mails.map(({ text }) => /^message-id: (.*)$/im.exec(text)?.[1]);
  assert.match(ids[0] ?? '', /^<[0-9a-f]{32}@example\.org>/);
  assert.equal(ids[0], ids[1]);
});

test('a mail goes by TLS from the first byte', async () => {
  const { port, mails } = await mailServer({ secure: true });
  assert.equal((await send({ port, security: 'tls' })).ok, true);
  assert.equal(mails[0]?.isSecure, true);
});

test('a server without STARTTLS gets nothing, unless somebody does without encryption', async () => {
  const { port, mails } = await mailServer({ disabledCommands: ['STARTTLS'], hideSTARTTLS: true });
  const tried = await send({ port, user: 'ada' }, { password: 'right' });
  assert.equal(tried.ok, false);
  assert.match(tried.answer, /TLS/i);
  assert.equal(mails.length, 0);
  assert.equal((await send({ port, security: 'none' })).ok, true);
  assert.equal(mails[0]?.isSecure, false);
});

test('a certificate that nobody vouches for is not trusted, by STARTTLS and by TLS', async () => {
  const plain = await mailServer({});
  const tls = await mailServer({ secure: true });
  for (const [port, security] of [
    [plain.port, 'starttls'],
    [tls.port, 'tls'],
  ]) {
    const tried = await send({ port, security, ca: undefined });
    assert.equal(tried.ok, false);
    assert.match(tried.answer, /certificate|self.signed|issuer/i);
  }
  assert.equal(plain.mails.length + tls.mails.length, 0);
});

test('a wrong password is told in the server’s words, and is not tried again', async () => {
  const { port } = await mailServer({});
  const tried = await send({ port, user: 'ada' }, { password: 'wrong' });
  assert.deepEqual([tried.ok, tried.status, tried.mayRetry], [false, 535, false]);
  assert.match(tried.answer, /^535 .*no such mailbox/);
});

test('a mailbox that is refused for ever is not tried again, one that is full for now is', async () => {
  const refusing = (code: number) =>
    mailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not now'), { responseCode: code })),
    });
  const [forever, fornow] = [await refusing(550), await refusing(452)];
  const first = await send({ port: forever.port });
  assert.deepEqual([first.ok, first.status, first.mayRetry], [false, 550, false]);
  const second = await send({ port: fornow.port });
  assert.deepEqual([second.ok, second.status, second.mayRetry], [false, 452, true]);
});

test('a mail server in the own network is refused until an admin allows it, and a metadata service always', async () => {
  const { port, mails } = await mailServer({});
  const refused = await send({ port }, { outbound: new Outbound(() => false) }).catch((error: unknown) => error);
  assert.ok(refused instanceof OutboundError);
  assert.deepEqual([refused.kind, mails.length], ['refused', 0]);
  const never = await send({ host: '169.254.169.254' }).catch((error: unknown) => error);
  assert.ok(never instanceof OutboundError && never.kind === 'refused');
});

test('a server that breaks off is told as such, and tried again', async () => {
  const breaking = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(breaking, 'listening');
  const tried = await send({ port: (breaking.address() as AddressInfo).port });
  assert.deepEqual([tried.ok, tried.mayRetry], [false, true]);
  breaking.close();
});
