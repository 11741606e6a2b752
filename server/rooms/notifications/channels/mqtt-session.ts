import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import type { Socket } from 'node:net';
import type { IConnackPacket, IConnectPacket, Packet, Parser } from 'mqtt-packet';
import type { Tried } from './tried.ts';
import { failed } from './tried.ts';

export interface Publication {
  topic: string;
  payload: string;
  /** Whether the broker keeps it for those who come later. */
  retain: boolean;
}

interface Session {
  user: string | undefined;
  password: string | undefined;
  signal: AbortSignal;
}

const longestMs = 10_000;

/** MQTT 3.1.1, 3.2.2.3: why a broker does not take a client. */
const refusals: Record<number, string> = {
  1: 'the broker does not speak MQTT 3.1.1',
  2: 'the broker does not take the client ID',
  3: 'the broker is not available',
  4: 'the user or the password is wrong',
  5: 'the user may not connect',
};
/** Only this one can pass by itself. */
const unavailable = 3;

/**
 * One short session: connect, publish with QoS 1, wait until the broker has acknowledged all, go. The codec is that of
 * mqtt.js, loaded when it is used; a client that stays connected is more than telling needs.
 */
export const publish = async (
  socket: Socket,
  publications: readonly Publication[],
  { user, password, signal }: Session,
): Promise<Tried> => {
  const { generate, parser } = await import('./mqtt-codec.ts');
  const deadline = AbortSignal.timeout(longestMs);
  const packets = new Inbox(socket, parser(), AbortSignal.any([signal, deadline]));
  try {
    socket.write(generate(hello(user, password)));
    const welcome = (await packets.next('connack')) as IConnackPacket;
    const code = welcome.returnCode ?? 0;
    if (code !== 0) return failed(`${code} ${refusals[code] ?? 'the broker refused'}`, code === unavailable);
    for (const [i, { topic, payload, retain }] of publications.entries()) {
      const packet = { cmd: 'publish', messageId: i + 1, qos: 1, dup: false, topic, payload, retain } as const;
      socket.write(generate(packet));
    }
    for (const _ of publications) await packets.next('puback');
    socket.end(generate({ cmd: 'disconnect' }));
    return { ok: true, status: 0, answer: `the broker acknowledged ${publications.length} messages`, mayRetry: false };
  } catch (error) {
    if (deadline.aborted) return failed(`the broker did not answer within ${longestMs / 1000} s`, true);
    return failed(error instanceof Error ? error.message : String(error), true);
  } finally {
    packets.close();
    if (!socket.writableEnded) socket.destroy();
  }
};

/** What the broker says, one packet after the other. */
class Inbox {
  readonly #packets: NodeJS.AsyncIterator<[Packet]>;

  constructor(socket: Socket, parser: Parser, signal: AbortSignal) {
    // Also when nobody waits any more: what a connection says that is over is no fault.
    parser.on('error', () => undefined);
    this.#packets = on(parser, 'packet', { signal }) as NodeJS.AsyncIterator<[Packet]>;
    socket.on('data', (chunk) => parser.parse(Buffer.from(chunk)));
    socket.on('error', (error) => parser.emit('error', error));
    socket.on('close', () => parser.emit('error', new Error('the broker closed the connection')));
  }

  async next(cmd: Packet['cmd']): Promise<Packet> {
    for (;;) {
      const { value } = await this.#packets.next();
      const [packet] = value as [Packet];
      if (packet.cmd === cmd) return packet;
    }
  }

  close(): void {
    void this.#packets.return?.();
  }
}

const hello = (user: string | undefined, password: string | undefined): IConnectPacket => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  // At most 23 characters, so that every broker takes it.
  clientId: `chrontainer-${randomBytes(5).toString('hex')}`,
  keepalive: 0,
  ...(user !== undefined && { username: user, password: Buffer.from(password ?? '') }),
});
