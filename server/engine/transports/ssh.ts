import type { Duplex } from 'node:stream';
import { deadlines } from '../deadlines.ts';
import { EngineError } from '../error.ts';
import type { SshAddress } from './address.ts';
import { hostAndPort, sshAddress } from './address.ts';
import { openSocket } from './dial.ts';
import { codeOf } from './error-code.ts';
import { SshError, SshMaster } from './ssh-master.ts';
import { sshWords } from './ssh-words.ts';
import { StdioConnection } from './stdio-connection.ts';
import type { Destination, SshMaterial, Way } from './way.ts';

/** By the system's OpenSSH, through one connection per host. */
export const sshWay = ({ url }: Destination, material: SshMaterial): Way => new SshWay(sshAddress(url), material);

/** How connections go through the master: to the engine's socket itself, or to `docker system dial-stdio`. */
type Mode = 'forward' | 'stdio';

class SshWay implements Way {
  readonly url: string;
  readonly isLocal = false;
  readonly #address: SshAddress;
  readonly #material: SshMaterial;
  #master: SshMaster | null = null;
  #mode: Mode | null = null;
  #opening: Promise<void> | null = null;
  #isClosed = false;

  constructor(address: SshAddress, material: SshMaterial) {
    const { user, hasPath, socketPath } = address;
    this.url = `ssh://${user === null ? '' : `${user}@`}${hostAndPort(address)}${hasPath ? socketPath : ''}`;
    this.#address = address;
    this.#material = material;
  }

  async ready(): Promise<void> {
    if (this.#mode !== null && this.#master?.isOver === false) return;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    await this.#opening;
  }

  async dial(): Promise<Duplex> {
    const master = this.#master;
    if (!master || master.isOver) throw new SshError(master?.words || 'the connection by ssh ended');
    if (this.#mode === 'stdio') return new StdioConnection(master.run(this.#command()));
    return openSocket({ path: master.forwardPath }, deadlines.connect);
  }

  /** What ends without a word has to be looked into before the next call. */
  explain(error: unknown): string | undefined {
    this.#mode = null;
    if (error instanceof SshError) return sshWords(error.words, this.#address);
    if (codeOf(error) !== 'ECONNRESET') return undefined;
    return `The connection to ${this.url} was cut. Is the engine running there, and may its user use the socket?`;
  }

  close(): void {
    this.#isClosed = true;
    this.#master?.close();
  }

  async #open(): Promise<void> {
    this.#mode = null;
    try {
      const master = await this.#signIn();
      this.#mode = await this.#findMode(master);
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      const message = sshWords(error.words, this.#address);
      throw new EngineError({ kind: 'unreachable', message, cause: error });
    }
  }

  async #signIn(): Promise<SshMaster> {
    if (this.#isClosed) throw new SshError('the connection by ssh was closed here');
    if (this.#master && !this.#master.isOver) return this.#master;
    const master = new SshMaster(this.#address, this.#material);
    this.#master = master;
    await master.opened();
    return master;
  }

  /** The forward is thirty times as fast; some servers forbid it, and some have another socket. */
  async #findMode(master: SshMaster): Promise<Mode> {
    const forward = await openSocket({ path: master.forwardPath }, deadlines.connect);
    if ((await firstWords(forward)).startsWith(http)) return 'forward';
    const stdio = new StdioConnection(master.run(this.#command()));
    const said = await firstWords(stdio);
    if (said.startsWith(http)) return 'stdio';
    throw new SshError(`${master.words}\n${said}\n${stdio.words}`, true);
  }

  #command(): string[] {
    const { hasPath, socketPath } = this.#address;
    return ['docker', ...(hasPath ? ['-H', `unix://${socketPath}`] : []), 'system', 'dial-stdio'];
  }
}

const http = 'HTTP/';

/** What answers at the other end. An engine that hangs holds the connection: that is for the call itself to find out. */
const firstWords = (connection: Duplex): Promise<string> =>
  new Promise((resolve) => {
    const settle = (words: string) => {
      clearTimeout(timer);
      resolve(words);
      connection.destroy();
    };
    const timer = setTimeout(() => settle(http), deadlines.ping);
    connection.once('data', (chunk: Buffer) => settle(chunk.toString('utf8').slice(0, 200)));
    connection.once('error', () => settle(''));
    connection.once('close', () => settle(''));
    connection.write('HEAD /_ping HTTP/1.0\r\n\r\n');
  });
