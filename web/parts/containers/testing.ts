import type { Container } from '../../../contract/containers.ts';

/** A container for tests: running, without health check, on host 1. */
export function aContainer(changes: Partial<Container> = {}): Container {
  return {
    hostId: 1,
    id: 'c0ffee',
    name: 'web',
    image: 'nginx:1.27',
    imageId: 'sha256:0',
    state: 'running',
    health: null,
    status: 'Up 4 hours',
    exitCode: null,
    oomKilled: false,
    startedAt: '2026-11-23T04:43:00.000Z',
    finishedAt: null,
    createdAt: '2026-11-01T00:00:00.000Z',
    ipAddresses: [],
    ports: [],
    stack: null,
    service: null,
    labels: {},
    sharesWith: [],
    tags: [],
    webUrl: null,
    webUrlSource: null,
    updateAvailable: null,
    stale: false,
    isSelf: false,
    ...changes,
  };
}
