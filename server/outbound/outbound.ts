import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { isIP } from 'node:net';
import { reachOf } from './addresses.ts';
import { OutboundError } from './error.ts';

export interface OutboundRequest {
  url: string;
  method: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** From the resolution of the name to the end of the answer; default: 5 s. */
  timeoutMs?: number;
  /** Certificates (PEM) that count beside the system's. */
  ca?: string;
  signal?: AbortSignal;
  /** Refuses plain http to public addresses: what is sent, or believed, must not be at the mercy of who lies between. */
  isConfidential?: boolean;
  /** What is read of the answer; default: 64 kB. */
  longestAnswer?: number;
}

/** A connection for a protocol of its own: mail, MQTT. */
export interface OutboundConnection {
  host: string;
  port: number;
  /** TLS from the first byte; certificates (PEM) count beside the system's. */
  tls?: { ca?: string | undefined };
  /** Until it stands; default: 5 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Its beginning, of 64 kB unless the request says otherwise; what comes after is not read. */
  body: string;
}

const usualTimeoutMs = 5_000;
const usualLongestAnswer = 64 * 1024;

/**
 * The one way to an address that a user gave (OWASP ASVS 5.0, 1.3.6): of URLs http and https only, the address checked
 * when connecting so that a name cannot change its meaning in between, no redirects, a deadline, and a bounded answer.
 */
export class Outbound {
  readonly #allowsPrivate: () => boolean;

  /** @param allowsPrivate whether an admin lets requests go to this machine and the networks around it */
  constructor(allowsPrivate: () => boolean) {
    this.#allowsPrivate = allowsPrivate;
  }

  /** Any status is an answer, also that of a redirect. @throws OutboundError */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const url = this.#urlOf(request);
    const timeoutMs = request.timeoutMs ?? usualTimeoutMs;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
    const state = { isConnected: false };
    try {
      const response = await this.#open(url, request, signal, state);
      return await readAnswer(response, request.longestAnswer ?? usualLongestAnswer);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw deadline.aborted ? tooLate(url, timeoutMs, state.isConnected) : faultOf(url, error, state.isConnected);
    }
  }

  /** By the same rules for addresses as requests. @throws OutboundError */
  async connect({ host, port, tls, signal, timeoutMs = usualTimeoutMs }: OutboundConnection): Promise<Socket> {
    const place = { host: `${isIP(host) === 6 ? `[${host}]` : host}:${port}` };
    if (isIP(host)) this.#check(host, host);
    const deadline = AbortSignal.timeout(timeoutMs);
    const where = { host, port, lookup: this.#lookupFor(false) };
    const socket = tls
      ? (await import('node:tls')).connect({ ...where, ...nameOf(host), ...(await trusting(tls.ca)) })
      : (await import('node:net')).connect(where);
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', {
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      return socket;
    } catch (error) {
      // What is said after this interests nobody.
      socket.on('error', () => undefined).destroy();
      signal?.throwIfAborted();
      throw deadline.aborted ? tooLate(place, timeoutMs, false) : faultOf(place, error, false);
    }
  }

  #urlOf({ url: text, isConfidential = false }: OutboundRequest): URL {
    const url = URL.parse(text);
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw new OutboundError('refused', 'the address must begin with http:// or https://');
    }
    const host = bare(url.hostname);
    if (isIP(host)) this.#check(host, host, isConfidential && url.protocol === 'http:');
    return url;
  }

  #check(host: string, address: string, isPrivateOnly = false): void {
    const reach = reachOf(address);
    if (reach === 'public' && isPrivateOnly) {
      throw new OutboundError(
        'refused',
        `${host} is a public address, and needs https: plain http can be changed on the way`,
      );
    }
    if (reach === 'public' || (reach === 'private' && this.#allowsPrivate())) return;
    const remedy =
      reach === 'private'
        ? 'an address of this machine or its network; an admin can allow those in the settings'
        : 'an address that nothing may be sent to';
    throw new OutboundError('refused', `${host} is ${host === address ? '' : `${address}, `}${remedy}`);
  }

  async #open(
    url: URL,
    { method, headers = {}, body, ca, isConfidential = false }: OutboundRequest,
    signal: AbortSignal,
    state: { isConnected: boolean },
  ): Promise<IncomingMessage> {
    // Loaded when it is used: most programs never send anything.
    const send = url.protocol === 'https:' ? (await import('node:https')).request : requestHttp;
    const trust = await trusting(ca);
    const lookup = this.#lookupFor(isConfidential && url.protocol === 'http:');
    const plain = { method, headers: withLength(headers, body), signal, agent: false, lookup };
    return new Promise((resolve, reject) => {
      const outgoing: ClientRequest = send(url, { ...plain, ...trust });
      outgoing.once('socket', (socket) => {
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          state.isConnected = true;
        });
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** All addresses of the name are looked at: the one that is used must not depend on chance. */
  readonly #lookupFor =
    (isPrivateOnly: boolean): LookupFunction =>
    (host, options, callback) => {
      lookup(host, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '', 0);
        try {
          for (const { address } of found) this.#check(host, address, isPrivateOnly);
        } catch (refusal) {
          return callback(refusal as NodeJS.ErrnoException, '', 0);
        }
        if (options.all) return callback(null, found);
        const [first] = found as [LookupAddress];
        callback(null, first.address, first.family);
      });
    };
}

const trusting = async (ca: string | undefined): Promise<{ ca?: string[] }> =>
  ca === undefined ? {} : { ca: [...(await import('node:tls')).rootCertificates, ca] };

/** RFC 6066, 3: a server's name is told, its address is not. */
const nameOf = (host: string): { servername?: string } => (isIP(host) ? {} : { servername: host });

/** Without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const withLength = (headers: Record<string, string>, body: string | Buffer | undefined): Record<string, string> => ({
  'user-agent': 'Chrontainer',
  ...headers,
  ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
});

const readAnswer = async (response: IncomingMessage, longestAnswer: number): Promise<OutboundAnswer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= longestAnswer) break;
  }
  const body = Buffer.concat(chunks).subarray(0, longestAnswer).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, body };
};

const tooLate = ({ host }: { host: string }, timeoutMs: number, isConnected: boolean): OutboundError => {
  const what = isConnected ? 'did not answer' : 'could not be reached';
  return new OutboundError('timeout', `${host} ${what} within ${timeoutMs / 1000} s`, { mayHaveHappened: isConnected });
};

const remedies: Record<string, string> = {
  ENOTFOUND: 'no such name is known; check the spelling, and the DNS of this machine',
  EAI_AGAIN: 'the name could not be looked up; check the DNS of this machine',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to it from here',
  ENETUNREACH: 'there is no way to it from here',
  ECONNRESET: 'the other side broke the connection off',
};

const faultOf = (url: { host: string }, error: unknown, isConnected: boolean): OutboundError => {
  if (error instanceof OutboundError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isTls = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code);
  if (isTls && !isConnected)
    return new OutboundError('tls', `${url.host} cannot be trusted: ${message}`, { cause: error });
  const reason = remedies[code] ?? message;
  return new OutboundError('unreachable', `${url.host}: ${reason}`, { mayHaveHappened: isConnected, cause: error });
};
