import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait.ts';

/** A real OpenSSH server on a port of 127.0.0.1, which lets root in by one key. */
export interface SshServer {
  port: number;
  /** `ssh-ed25519 AAAA…` */
  hostKey: string;
  /** The private key that opens it. */
  key: string;
  /** A private key that does not. */
  otherKey: string;
  close(): Promise<void>;
}

export interface SshServerOptions {
  /** The engine's socket, for `docker` over there. */
  dockerHost: string;
  /** More lines for sshd_config. */
  settings?: string[];
}

/** Needs root on Linux, and Debian's openssh-server, which `npm test` installs without starting a service. */
export const sshServer = async ({ dockerHost, settings = [] }: SshServerOptions): Promise<SshServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'chr-sshd-'));
  const port = await freePort();
  const [host, user, other] = ['host', 'user', 'other'].map((name) => makeKey(folder, name));
  if (!host || !user || !other) throw new Error('the keys could not be made');
  writeFileSync(join(folder, 'authorized_keys'), user.publicKey);
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `SetEnv DOCKER_HOST=${dockerHost} PATH=/usr/local/bin:/usr/bin:/bin`,
    ...settings,
  ];
  writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  // It separates its rights in this folder, which the service would make.
  mkdirSync('/run/sshd', { recursive: true });
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  await waitUntil('the SSH server', 10_000, 10, () => listens(port, server));
  return {
    port,
    hostKey: host.publicKey.split(' ').slice(0, 2).join(' '),
    key: user.privateKey,
    otherKey: other.privateKey,
    close: async () => {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
};

const makeKey = (folder: string, name: string) => {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
  return { privateKey: readFileSync(path, 'utf8'), publicKey: readFileSync(`${path}.pub`, 'utf8').trim() };
};

const listens = (port: number, server: ChildProcess): Promise<boolean> => {
  if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
};
