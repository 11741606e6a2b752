import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait.ts';

/** A reverse proxy from Debian on loopback. It dies with the test, also when that is killed. */
export interface RunningProxy {
  close(): Promise<void>;
}

interface ProxyKind {
  name: string;
  /** Writes what it needs into a folder of its own. @returns the program and its arguments */
  prepare(folder: string): string[];
}

/** Starts it, and waits until it listens on the port; rejects with what it said when it ends before. */
export const startProxy = async ({ name, prepare }: ProxyKind, port: number): Promise<RunningProxy> => {
  const folder = mkdtempSync(join(tmpdir(), `chr-${name}-`));
  const command = ['--pdeathsig', 'KILL', ...prepare(folder)];
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const proxy = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'], env });
  const said: string[] = [];
  proxy.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const gone = once(proxy, 'exit');
  const close = async () => {
    proxy.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(name, 10_000, 20, () => {
      if (proxy.exitCode !== null) throw new Error(`${name} ended`);
      return isOpen(port);
    });
  } catch (error) {
    await close();
    throw new Error(`${name} did not start; it said:\n${said.join('')}`, { cause: error });
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
