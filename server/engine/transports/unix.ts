import { Agent } from 'node:http';
import type { Transport } from './transport.ts';

/** A Unix socket, `unix:///var/run/docker.sock`; the spelling with two slashes is in use as well. */
export const unixTransport = (url: string): Transport => {
  const path = url.replace(/^unix:\/*/, '/');
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  return {
    url: `unix://${path}`,
    isLocal: true,
    connection: { socketPath: path },
    agent,
    explain: (code) => remedies(path)[code],
    close: () => agent.destroy(),
  };
};

const remedies = (path: string): Record<string, string> => ({
  ENOENT:
    `There is no socket at ${path}. Is Docker or Podman installed there and running? ` +
    `When Chrontainer runs in a container, mount the socket: -v ${path}:${path}`,
  EACCES:
    `Chrontainer may not use ${path}. Add its user to the group that owns the socket, usually docker; ` +
    `in compose name the group's number in group_add (stat -c %g ${path} prints it).`,
  ECONNREFUSED: `Nothing listens at ${path}: the engine is not running. Start it, for example: systemctl start docker`,
});
