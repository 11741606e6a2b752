import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshAddress } from './address.ts';
import { SshProgram } from './ssh-program.ts';
import type { SshMaterial } from './way.ts';

/** The name by which the pinned key is looked up: whatever the address is called. */
const alias = 'engine';
const connectSeconds = 10;
/** The TCP connection, the keys, and a server that looks up names before it answers. */
const openMs = 20_000;
const folderName = 'chrontainer-ssh-';

/** OpenSSH could not connect, or sign in; `words` are its own. */
export class SshError extends Error {
  readonly code = 'CHR_SSH';
  readonly words: string;
  /** Whether what failed lies behind the sign-in. */
  readonly isSignedIn: boolean;

  constructor(words: string, isSignedIn = false) {
    super(`ssh: ${words.trim().split('\n').at(-1) ?? 'it ended'}`);
    this.words = words;
    this.isSignedIn = isSignedIn;
  }
}

/**
 * One signed-in connection to a host, which everything goes through. It lives in a folder of its own that nobody else
 * can look into: the pinned host key, the private key until the sign-in is done, and the sockets.
 */
export class SshMaster {
  readonly folder: string;
  /** What is connected to here comes out at the engine's socket over there. */
  readonly forwardPath: string;
  readonly #address: SshAddress;
  readonly #program: SshProgram;
  readonly #keyFile: string;

  constructor(address: SshAddress, { hostKeys, key }: SshMaterial) {
    sweepOnce();
    this.#address = address;
    this.folder = mkdtempSync(join(tmpdir(), `${folderName}${process.pid}-`));
    this.forwardPath = join(this.folder, 'fwd');
    this.#keyFile = join(this.folder, 'key');
    writeFileSync(this.#knownHosts, knownHosts(hostKeys), { mode: 0o600 });
    if (key !== undefined) writeFileSync(this.#keyFile, `${key.trim()}\n`, { mode: 0o600 });
    const ownKey = key === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', this.#keyFile];
    const forward = ['-L', `${this.forwardPath}:${address.socketPath}`];
    const more = ['ControlMaster=yes', 'ControlPersist=no', 'StreamLocalBindMask=0177', 'ExitOnForwardFailure=no'];
    const args = [...this.#options(more), ...ownKey, ...forward, '-N', ...this.#destination];
    this.#program = new SshProgram('ssh', args, 'alone');
    void this.#program.ended.then(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  get isOver(): boolean {
    return this.#program.isOver;
  }

  get ended(): Promise<void> {
    return this.#program.ended;
  }

  /** What OpenSSH said, refused forwards included. */
  get words(): string {
    return this.#program.words;
  }

  /** Resolves when it is signed in. @throws SshError */
  async opened(): Promise<void> {
    const giveUpAt = performance.now() + openMs;
    while (!existsSync(this.#controlPath)) {
      if (this.isOver) await this.ended;
      if (this.isOver) throw new SshError(this.words);
      if (performance.now() > giveUpAt) {
        this.#program.end();
        throw new SshError('Connection timed out');
      }
      await sleep(10);
    }
    // It has done its work.
    rmSync(this.#keyFile, { force: true });
  }

  /** Starts a command over there; it is read by a shell, so nothing in it may be anybody's text. */
  run(command: readonly string[]): SshProgram {
    // Without the master it would make a connection of its own, and past what is pinned here.
    const more = ['ControlMaster=no', 'ProxyCommand=false'];
    return new SshProgram('ssh', [...this.#options(more), ...this.#destination, ...command], 'piped');
  }

  close(): void {
    this.#program.end();
  }

  get #controlPath(): string {
    return join(this.folder, 'ctl');
  }

  get #knownHosts(): string {
    return join(this.folder, 'known_hosts');
  }

  /** `-F none`: no file of the server's user changes what is pinned. */
  #options(more: readonly string[]): string[] {
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile="${this.#knownHosts}"`,
      'GlobalKnownHostsFile=none',
      `HostKeyAlias=${alias}`,
      'UpdateHostKeys=no',
      `ConnectTimeout=${connectSeconds}`,
      'ServerAliveInterval=5',
      'ServerAliveCountMax=2',
      `ControlPath="${this.#controlPath}"`,
      'ForwardAgent=no',
      'ForwardX11=no',
      'PermitLocalCommand=no',
      ...more,
    ];
    return ['-F', 'none', '-T', ...options.flatMap((option) => ['-o', option])];
  }

  get #destination(): string[] {
    const { user, host, port } = this.#address;
    return [...(user === null ? [] : ['-l', user]), '-p', String(port), '--', host];
  }
}

const knownHosts = (hostKeys: string | undefined): string =>
  (hostKeys ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${alias} ${line.trim()}\n`)
    .join('');

let isSwept = false;

/** A program that was killed leaves its folders behind, private keys and all; the next one takes them away. */
const sweepOnce = (): void => {
  if (isSwept) return;
  isSwept = true;
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(folderName) ? Number(name.slice(folderName.length).split('-')[0]) : Number.NaN;
    if (Number.isNaN(owner) || isAnother(owner)) continue;
    const folder = join(tmpdir(), name);
    // Its master may live on: it is told to end by its own socket.
    new SshProgram(
      'ssh',
      ['-F', 'none', '-o', `ControlPath="${join(folder, 'ctl')}"`, '-O', 'exit', alias],
      'alone',
    ).ended
      .then(() => rmSync(folder, { recursive: true, force: true }))
      .catch(() => undefined);
  }
};

/** A process that lives and is not this one: the folder is its own. */
const isAnother = (pid: number): boolean => {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
