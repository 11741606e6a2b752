import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait.ts';

/** Debian's nginx on loopback. It dies with the test, also when that is killed. */
export interface Nginx {
  close(): Promise<void>;
}

/** Starts it with these `server` blocks, and waits until it listens on the port. */
export const startNginx = async (servers: string, port: number): Promise<Nginx> => {
  const base = mkdtempSync(join(tmpdir(), 'chr-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${base};`);
  const lines = [
    'daemon off; master_process off;',
    `pid ${base}/nginx.pid; error_log stderr;`,
    `events {} http { access_log off; ${temporary.join(' ')} ${servers} }`,
  ];
  writeFileSync(join(base, 'nginx.conf'), `${lines.join('\n')}\n`);
  const command = ['--pdeathsig', 'KILL', '/usr/sbin/nginx', '-e', 'stderr', '-c', join(base, 'nginx.conf')];
  const nginx = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  nginx.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const gone = once(nginx, 'exit');
  const close = async () => {
    nginx.kill('SIGKILL');
    await gone;
    rmSync(base, { recursive: true, force: true });
  };
  try {
    await waitUntil('nginx', 10_000, 20, () => {
      if (nginx.exitCode !== null) throw new Error('nginx ended');
      return isOpen(port);
    });
  } catch (error) {
    await close();
    throw new Error(`nginx did not start; it said:\n${said.join('')}`, { cause: error });
  }
  return { close };
};

const isOpen = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
