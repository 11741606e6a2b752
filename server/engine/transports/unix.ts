import { deadlines } from '../deadlines.ts';
import { openSocket } from './dial.ts';
import { codeOf } from './error-code.ts';
import type { Destination, Way } from './way.ts';

/** A Unix socket, `unix:///var/run/docker.sock`; the spelling with two slashes is in use as well. */
export const unixWay = ({ url }: Destination): Way => {
  const path = url.replace(/^unix:\/*/, '/');
  return {
    url: `unix://${path}`,
    isLocal: true,
    dial: () => openSocket({ path }, deadlines.connect),
    explain: (error) => remedies(path)[codeOf(error)],
    close: () => undefined,
  };
};

const remedies = (path: string): Record<string, string> => ({
  ENOENT:
    `There is no socket at ${path}. Is Docker or Podman installed there and running? ` +
    `When Chrontainer runs in a container, mount the socket: -v ${path}:${path}`,
  EACCES:
    `Chrontainer may not use ${path}. Add its user to the group that owns the socket, usually docker; ` +
    `in compose name the group's number in group_add (stat -c %g ${path} prints it).`,
  HPE_INVALID_CONSTANT: `What answers at ${path} is not an engine. Engines mostly listen at /var/run/docker.sock.`,
  ECONNREFUSED: `Nothing listens at ${path}: the engine is not running. Start it, for example: systemctl start docker`,
});
