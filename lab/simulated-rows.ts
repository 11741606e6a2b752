/** What the simulated engine knows of one of its containers. */
export interface SimulatedContainer {
  id: string;
  name: string;
  paused: boolean;
  hasEnded: boolean;
  startedAt: string;
}

const image = 'registry.example.net/team/service:1.27.3-alpine';
const imageId = `sha256:${'5157'.repeat(16)}`;

/** A row of the list, as long as a real engine's of a service of compose: about 1.2 kB. */
export const listed = (c: SimulatedContainer) => ({
  Id: c.id,
  Names: [`/${c.name}`],
  Image: image,
  ImageID: imageId,
  Command: '/docker-entrypoint.sh service --config /etc/service/service.conf',
  Created: 1_790_000_000,
  Ports: [{ IP: '0.0.0.0', PrivatePort: 8080, PublicPort: portOf(c), Type: 'tcp' }],
  Labels: labelsOf(c),
  State: stateOf(c),
  Status: c.hasEnded ? 'Exited (1) 1 second ago' : 'Up 1 hour',
  HostConfig: { NetworkMode: `${projectOf(c)}_default` },
  NetworkSettings: { Networks: networksOf(c) },
  Mounts: [
    { Type: 'volume', Name: `${projectOf(c)}_data`, Source: '', Destination: '/data', Driver: 'local', RW: true },
  ],
});

/** What an inspection gives, without what nobody reads. */
export const inspected = (c: SimulatedContainer) => ({
  Id: c.id,
  Name: `/${c.name}`,
  Image: imageId,
  Created: '2026-09-21T00:00:00Z',
  RestartCount: 0,
  State: {
    Status: stateOf(c),
    Running: !c.hasEnded,
    ExitCode: c.hasEnded ? 1 : 0,
    Paused: c.paused,
    StartedAt: c.startedAt,
    FinishedAt: '0001-01-01T00:00:00Z',
  },
  Config: { Image: image, Labels: labelsOf(c) },
  HostConfig: { NetworkMode: `${projectOf(c)}_default`, RestartPolicy: { Name: 'unless-stopped' } },
  NetworkSettings: {
    Networks: networksOf(c),
    Ports: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: String(portOf(c)) }] },
  },
});

const numberOf = ({ name }: SimulatedContainer): number => Number(name.replace('sim-', ''));
/** Five services to a project. */
const projectOf = (c: SimulatedContainer): string => `project-${Math.floor(numberOf(c) / 5)}`;
const portOf = (c: SimulatedContainer): number => 20_000 + numberOf(c);

const stateOf = ({ hasEnded, paused }: SimulatedContainer): string => {
  if (hasEnded) return 'exited';
  return paused ? 'paused' : 'running';
};

const labelsOf = (c: SimulatedContainer): Record<string, string> => ({
  'com.docker.compose.config-hash': c.id,
  'com.docker.compose.container-number': '1',
  'com.docker.compose.depends_on': '',
  'com.docker.compose.image': imageId,
  'com.docker.compose.oneoff': 'False',
  'com.docker.compose.project': projectOf(c),
  'com.docker.compose.project.config_files': `/srv/${projectOf(c)}/compose.yaml`,
  'com.docker.compose.project.working_dir': `/srv/${projectOf(c)}`,
  'com.docker.compose.service': `service-${numberOf(c) % 5}`,
  'com.docker.compose.version': '2.29.7',
  'org.opencontainers.image.source': 'https://git.example.net/team/service',
  'org.opencontainers.image.version': '1.27.3',
});

const networksOf = (c: SimulatedContainer) => ({
  [`${projectOf(c)}_default`]: {
    NetworkID: c.id,
    EndpointID: c.id,
    Gateway: '172.20.0.1',
    IPAddress: `172.20.${Math.floor(numberOf(c) / 250)}.${(numberOf(c) % 250) + 2}`,
    IPPrefixLen: 16,
    MacAddress: '02:42:ac:14:00:02',
  },
});
