import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A letter that the server took. */
export interface TakenMail {
  to: string[];
  /** Its text, with the marks of the transfer encoding undone. */
  text: string;
}

/** A real SMTP server on loopback that keeps what it takes. */
export interface MailServer {
  port: number;
  mails: TakenMail[];
  close(): Promise<void>;
}

export const openMailServer = async (): Promise<MailServer> => {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onData: async (stream, session, done) => {
      const raw = Buffer.concat(await stream.toArray()).toString();
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: unfolded(raw) });
      done(null, 'taken');
    },
  });
  server.on('error', () => undefined);
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: (listener.address() as AddressInfo).port, mails, close };
};

/** RFC 2045, 6.7: soft line breaks and escaped characters. */
const unfolded = (raw: string): string =>
  raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
