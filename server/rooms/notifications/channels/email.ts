import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { NodemailerError, SendMailOptions, SMTPSentMessageInfo, SMTPTransportOptions } from 'nodemailer';
import type { Carry, Message, TargetOf } from './channel.ts';
import { cut } from './channel.ts';
import { colours } from './colours.ts';
import { inHtml } from './escaping.ts';
import type { Tried } from './tried.ts';

type Target = Pick<TargetOf<'email'>, 'config' | 'secrets'>;

const longestMs = 30_000;

/**
 * Mail by SMTP (RFC 5321): encrypted from the first byte, by STARTTLS (RFC 3207) or, where somebody says so, not at all.
 * nodemailer is loaded when it is used, and gets a connection that our own rules for addresses have passed.
 */
export const email: Carry<'email'> = async (message, target, { outbound, signal }) => {
  const { host, security } = target.config;
  const port = target.config.port ?? (security === 'tls' ? 465 : 587);
  const connection = await outbound.connect({ host, port, signal });
  // A server that talks slowly holds up the channel's other messages.
  const ending = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const end = () =>
    connection.destroy(new Error(`${host}:${port} did not take the message within ${longestMs / 1000} s`));
  ending.addEventListener('abort', end, { once: true });
  try {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(await optionsOf(target, port, connection));
    return sent(await transport.sendMail(mailOf(message, target.config)));
  } catch (error) {
    return refused(error as NodemailerError);
  } finally {
    ending.removeEventListener('abort', end);
    connection.destroy();
  }
};

const optionsOf = async (
  { config, secrets }: Target,
  port: number,
  connection: Socket,
): Promise<SMTPTransportOptions> => {
  const { host, security, user, ca } = config;
  const trust = ca === undefined ? {} : { ca: [...(await import('node:tls')).rootCertificates, ca] };
  return {
    host,
    port,
    connection,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: trust,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    socketCloseTimeout: 0,
    ...(user !== undefined && { auth: { user, pass: secrets.password ?? '' } }),
  };
};

/** A header is one line, whatever a container is called. */
const mailOf = (
  { id, title, body, severity, url, at, runId, snooze }: Message,
  { from, to }: Target['config'],
): SendMailOptions => {
  const subject = cut(title.replaceAll(/\s+/g, ' ').trim(), 200);
  // The same message at each try: many mailboxes show it once.
  const key = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const link = url ? `<p><a href="${inHtml(url)}">${runId === null ? inHtml(url) : 'Open the run'}</a></p>` : '';
  const snoozeLink = snooze ? `<p><a href="${inHtml(snooze.url)}">Snooze this</a></p>` : '';
  return {
    from: { name: 'Chrontainer', address: from },
    to: [...to],
    subject,
    date: new Date(at),
    messageId: `<${key}@${from.split('@')[1] ?? 'chrontainer'}>`,
    // RFC 3834: nobody who is away is to answer.
    headers: { 'auto-submitted': 'auto-generated' },
    text: [body, ...(url ? ['', url] : []), ...(snooze ? ['', `Snooze this: ${snooze.url}`] : [])].join('\n'),
    html: `<div style="border-left:4px solid ${colours[severity]};padding:4px 12px;font-family:sans-serif">
<p><strong>${inHtml(subject)}</strong></p>
<pre style="font-family:monospace;white-space:pre-wrap">${inHtml(body)}</pre>
${link}${snoozeLink}</div>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};

const sent = ({ response, rejected }: SMTPSentMessageInfo): Tried => {
  const note = rejected.length > 0 ? ` (not to ${rejected.join(', ')})` : '';
  return { ok: true, status: codeOf(response), answer: `${response}${note}`, mayRetry: false };
};

/** RFC 5321, 4.2.1: 4yz can pass, 5yz stays. Other than with HTTP. */
const refused = ({ code, message, response, responseCode }: NodemailerError): Tried => ({
  ok: false,
  status: responseCode ?? null,
  answer: code === 'ETLS' ? message : (response ?? message),
  mayRetry: responseCode === undefined || responseCode < 500,
});

const codeOf = (response: string): number | null => {
  const code = Number.parseInt(response, 10);
  return Number.isNaN(code) ? null : code;
};
