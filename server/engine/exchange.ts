import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import type { HostGrant } from '../../contract/index.ts';
import { EngineError, kindOfStatus } from './error.ts';
import { isFields, textOf } from './fields.ts';
import { demandGrant } from './grants.ts';
import { remedyFor } from './proxy-switches.ts';
import type { ConnectionKind, Transport } from './transports/index.ts';
import { codeOf } from './transports/index.ts';

/** A list of ten thousand containers has about 20 MB; more than this is no honest answer. */
const largestBody = 64 * 1024 * 1024;

export interface Question {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Sent as JSON. */
  body?: object | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** What the call is for, as messages say it, for example `restart the container`. */
  purpose: string;
  /** The only one that will do, where the request by itself would pass with others, too. */
  grant?: HostGrant;
  /** What became of it shows in the container's state, so that a connection that breaks leaves less in doubt. */
  showsInState?: true;
  deadlineMs: number;
  /** The answer is a stream of many small pieces, which may be taken together. */
  isGathered?: boolean;
  /** How long the engine takes at most for it when all is well; left out: nobody can tell. */
  expectedMs?: number | undefined;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/**
 * Asks an engine and reads the whole answer. Deadlines run in real time, whatever clock a test has: sockets do.
 * @throws EngineError for every failure, also for a status that is not a success
 */
export const exchange = async (transport: Transport, question: Question): Promise<Answer> => {
  const attempt = await begin(transport, question);
  try {
    const response = await attempt.send();
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (!isSuccess(status)) throw refusal(question, status, text);
    return { status, headers: response.headers, text };
  } catch (error) {
    // The engine closes connections that were idle for minutes: a kept one may end just when it is used.
    if (attempt.wasStale(error)) return exchange(transport, question);
    throw attempt.failure(error);
  } finally {
    attempt.end();
  }
};

/**
 * Asks for an answer that never ends; the deadline is for its beginning.
 * @throws EngineError
 */
export const openStream = async (
  transport: Transport,
  question: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> => {
  const attempt = await begin(transport, question, signal);
  try {
    const response = await attempt.send();
    const status = response.statusCode ?? 0;
    if (!isSuccess(status)) throw refusal(question, status, await readText(response));
    return response;
  } catch (error) {
    throw attempt.failure(error);
  } finally {
    attempt.end();
  }
};

/** Everything that leaves for an engine passes here. @throws EngineError for what the host's grants do not cover */
const begin = async (transport: Transport, question: Question, signal?: AbortSignal): Promise<Attempt> => {
  demandGrant(transport.grants, question);
  await transport.ready();
  return new Attempt(transport, question, signal);
};

/** 304: it was so already. */
const isSuccess = (status: number): boolean => (status >= 200 && status < 300) || status === 304;

/** One try of a question: knows whether it was sent, and why it failed. */
class Attempt {
  readonly #transport: Transport;
  readonly #question: Question;
  readonly #outside: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  #isLate = false;
  #giveUp: (error: Error) => void = () => undefined;
  #isSent = false;
  #isReused = false;

  constructor(transport: Transport, question: Question, outside?: AbortSignal) {
    this.#transport = transport;
    this.#question = question;
    this.#outside = outside;
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#giveUp(new Error(`no answer within ${question.deadlineMs} ms`));
    }, question.deadlineMs);
  }

  send(): Promise<IncomingMessage> {
    const { method, path, body, headers } = this.#question;
    const json = body && Buffer.from(JSON.stringify(body));
    const signal = this.#outside;
    return new Promise((resolve, reject) => {
      const sent = request({
        ...this.#transport.connection(this.#connection()),
        method,
        path,
        headers: {
          'user-agent': 'Chrontainer',
          ...headers,
          ...(json && { 'content-type': 'application/json', 'content-length': json.byteLength }),
        },
        ...(signal && { signal }),
      });
      // It is open by now, so from here on the question may have arrived.
      sent.on('socket', () => {
        this.#isReused = sent.reusedSocket;
        this.#isSent = true;
      });
      // While a connection is being made, an ended request says nothing.
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#giveUp = (error) => {
        reject(error);
        sent.destroy(error);
      };
      sent.once('response', resolve);
      sent.on('error', reject);
      sent.end(json);
    });
  }

  /**
   * What changes something gets a fresh connection, so that a stale one cannot leave its outcome in doubt; or, where the
   * engine can be asked about that, one that was in use a moment ago.
   */
  #connection(): ConnectionKind {
    const { method, showsInState, isGathered } = this.#question;
    if (showsInState) return 'warm';
    if (method === 'GET' && this.#outside === undefined) return 'kept';
    return isGathered ? 'gathered' : 'own';
  }

  /** Ends the deadline; a stream goes on. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** True when a kept connection turned out to be closed before anything came back: what only reads is asked again. */
  wasStale(error: unknown): boolean {
    if (this.#question.method !== 'GET') return false;
    const isBroken = codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';
    return this.#isReused && isBroken && !this.#isLate;
  }

  failure(error: unknown): EngineError {
    if (error instanceof EngineError) return error;
    const mayHaveHappened = this.#isSent && this.#question.method !== 'GET';
    if (this.#isLate) {
      return new EngineError({ kind: 'timeout', message: this.#lateness(), mayHaveHappened, cause: error });
    }
    const code = codeOf(error);
    const message =
      this.#transport.explain(error) ??
      `The connection to ${this.#transport.url} broke (${code || String(error)}) while asking to ${this.#question.purpose}.`;
    return new EngineError({ kind: 'unreachable', message, mayHaveHappened, cause: error });
  }

  #lateness(): string {
    const { purpose, deadlineMs } = this.#question;
    const asked = this.#isSent ? `did not answer within ${deadlineMs / 1000} s when asked to ${purpose}` : '';
    const remedy = 'It may be overloaded or hung: try docker ps there, and restart the engine if that hangs too.';
    if (asked) return `The engine at ${this.#transport.url} ${asked}. ${remedy}`;
    return `No connection to ${this.#transport.url} within ${deadlineMs / 1000} s. Is the engine running, and reachable?`;
  }
}

/** By its events: an iterator over it takes as long as all else that is done for a small answer. */
const readText = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const breakOff = () => reject(new Error('the answer broke off'));
    response.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size <= largestBody) return;
      reject(new EngineError({ kind: 'server', message: `The engine's answer is larger than ${largestBody} bytes.` }));
      response.destroy();
    });
    response.once('end', () => {
      // An error is dear to make, and every answer is closed after its end.
      response.off('close', breakOff);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    response.once('error', reject);
    // Also an answer that is whole is closed in the end: an error that nobody sees would take a fiftieth of a burst.
    response.once('close', () => response.readableEnded || breakOff());
    // It may be over before anybody listens.
    if (response.destroyed) breakOff();
  });

/** The error for a status that is no success, in the engine's own words where it has some. */
const refusal = (question: Question, status: number, text: string): EngineError => {
  const message = wantsTls.test(text) ? tlsRemedy : engineWords(text) || wordsFor(question, status);
  return new EngineError({ kind: kindOfStatus(status), message, engineStatus: status, cause: text.slice(0, 2000) });
};

/** What Go's server says, as plain text, to who does not begin with a handshake. */
const wantsTls = /HTTP request to an HTTPS server/;
const tlsRemedy =
  'This engine wants TLS. Give this host its TLS settings: the CA, and a client certificate with its key.';

const wordsFor = ({ purpose, method, path }: Question, status: number): string =>
  status === 403
    ? `A proxy in front of the engine does not allow to ${purpose}. ${remedyFor({ method, path })}`
    : `The engine answered ${status} when asked to ${purpose}.`;

const longestMessage = 500;

/** `{"message": …}`, or the text itself when it is one short line and no page of a proxy. */
const engineWords = (text: string): string => {
  try {
    const body: unknown = JSON.parse(text);
    return isFields(body) ? textOf(body['message']).slice(0, longestMessage) : '';
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = text.trim();
    return line.includes('\n') || line.startsWith('<') ? '' : line.slice(0, longestMessage);
  }
};
