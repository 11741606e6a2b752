import type { HostGrant } from '../../contract/index.ts';

interface Request {
  method: string;
  path: string;
}

/** Their own switches in newer versions of docker-socket-proxy, beside that of the section. */
const ownSwitches: [RegExp, string][] = [
  [/^\/containers\/[^/]+\/logs$/, 'ALLOW_LOGS'],
  [/^\/containers\/[^/]+\/kill$/, 'ALLOW_KILL'],
  [/^\/containers\/[^/]+\/pause$/, 'ALLOW_PAUSE'],
  [/^\/containers\/[^/]+\/unpause$/, 'ALLOW_UNPAUSE'],
  [/^\/containers\/[^/]+\/exec$/, 'ALLOW_EXEC'],
];

const sections = ['containers', 'events', 'exec', 'images', 'info', 'networks', 'system', 'version', 'volumes'];

/**
 * The switches of docker-socket-proxy (Tecnativa's, and those made after it) that let a request through, as all of its
 * versions want them: an older one ignores what it does not know.
 */
export const switchesFor = ({ method, path }: Request): string[] => {
  const bare = path.replace(/^\/v\d+\.\d+(?=\/)/, '').replace(/\?.*$/s, '');
  const section = bare.split('/')[1] ?? '';
  if (section === '_ping') return ['PING'];
  return [
    ...(sections.includes(section) ? [section.toUpperCase()] : []),
    ...(method === 'GET' ? [] : ['POST']),
    ...(method === 'DELETE' ? ['DELETE', 'ALLOW_DELETE'] : []),
    ...ownSwitches.flatMap(([form, name]) => (form.test(bare) ? [name] : [])),
  ];
};

/** What to do about a request that a proxy in front of the engine refused. */
export const remedyFor = (request: Request): string => {
  const { method, path } = request;
  const switches = switchesFor(request);
  const set = switches.map((name) => `${name}=1`).join(', ');
  const known = switches.length > 0 ? ` With docker-socket-proxy, set ${set}.` : '';
  return `Allow ${method} ${path.split('?')[0]} there.${known}`;
};

/** The samples of requests that a host with these grants is sent. */
export type Samples = readonly (Request & { grant: HostGrant })[];

/** The smallest set of switches that is enough for the grants. */
export const recipeFor = (grants: readonly HostGrant[], samples: Samples): string => {
  const wanted = samples.filter(({ grant }) => grants.includes(grant)).flatMap(switchesFor);
  const names = [...new Set(['PING', 'VERSION', 'EVENTS', ...wanted])].sort();
  return [
    'services:',
    '  socket-proxy:',
    '    image: tecnativa/docker-socket-proxy',
    '    restart: unless-stopped',
    '    volumes:',
    '      - /var/run/docker.sock:/var/run/docker.sock',
    '    environment:',
    ...names.map((name) => `      ${name}: 1`),
    ...(names.includes('POST') ? [] : ['      POST: 0']),
    '    networks: [engine]',
    'networks:',
    '  engine:',
    '    internal: true',
    '',
  ].join('\n');
};
