import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { RunningProxy } from './proxy.ts';
import { startProxy } from './proxy.ts';

/** `old`: a switch for each section of the API and one for all writing; `new`: deletions, logs, kill and exec by their own. */
export type SocketProxyKind = 'old' | 'new';

const sections = [
  'containers',
  'events',
  'exec',
  'images',
  'info',
  'networks',
  '_ping',
  'system',
  'version',
  'volumes',
];
const needed = { logs: 'ALLOW_LOGS', kill: 'ALLOW_KILL', exec: 'ALLOW_EXEC' };

/** The rules of docker-socket-proxy: what each of its switches lets through, in its order. */
const rulesOf = (kind: SocketProxyKind, isOn: (name: string) => boolean): string[] => {
  const path = (tail: string) => `{ path,url_dec -m reg -i ^(/v[\\d\\.]+)?${tail} }`;
  const one = '/containers/[a-zA-Z0-9_.-]+';
  const allow = (name: string, tail: string) => (isOn(name) ? [`http-request allow if ${path(tail)}`] : []);
  const methods = [isOn('POST') ? 'METH_POST' : '', isOn(kind === 'old' ? 'POST' : 'DELETE') ? 'METH_DELETE' : ''];
  const own = Object.entries(needed).filter(([, name]) => kind === 'new' && !isOn(name));
  return [
    `http-request deny unless ${['METH_GET', ...methods.filter(Boolean)].join(' || ')}`,
    ...own.map(([verb]) => `http-request deny if ${path(`${one}/${verb}`)}`),
    ...allow('ALLOW_RESTARTS', `${one}/((stop)|(restart)|(kill))`),
    ...allow('ALLOW_START', `${one}/start`),
    ...allow('ALLOW_STOP', `${one}/stop`),
    ...sections.flatMap((section) => allow(section.replace('_', '').toUpperCase(), `/${section}`)),
    'http-request deny',
  ];
};

/** Debian's HAProxy in front of an engine's socket, with the rules of docker-socket-proxy and these switches on. */
export const socketProxy = async (
  socket: string,
  switches: readonly string[],
  kind: SocketProxyKind = 'new',
): Promise<RunningProxy & { url: string }> => {
  const port = await freePort();
  const times = ['connect 10s', 'client 10m', 'server 10m'].map((time) => `  timeout ${time}`);
  const prepare = (folder: string): string[] => {
    const rules = rulesOf(kind, (name) => switches.includes(name)).map((rule) => `  ${rule}`);
    const front = ['frontend front', `  bind 127.0.0.1:${port}`, ...rules, '  default_backend engine'];
    const back = ['backend engine', `  server docker unix@${socket}`];
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, `${['defaults', '  mode http', ...times, ...front, ...back].join('\n')}\n`);
    return ['/usr/sbin/haproxy', '-db', '-f', file];
  };
  return { ...(await startProxy({ name: 'haproxy', prepare }, port)), url: `tcp://127.0.0.1:${port}` };
};
