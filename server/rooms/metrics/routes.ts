import * as v from 'valibot';
import type { ContainerStats, HostUse } from '../../../contract/index.ts';
import {
  containerMetrics,
  containerSet,
  containerStats,
  followQuery,
  hostMetrics,
  hostMetricsQuery,
  idParam,
  largestSet,
  metricsQuery,
} from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { EventSink, Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { Sight } from '../../policy/index.ts';
import type { Hosts } from '../hosts/index.ts';
import { followStats } from './follow.ts';
import type { Gauges } from './gauges.ts';
import type { HostMetricsRoom } from './host-metrics.ts';
import type { Metrics } from './metrics.ts';

const containerParams = v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) });
const tag = 'Metrics';

interface Parts {
  hosts: Pick<Hosts, 'findContainer' | 'get'>;
  gauges: Gauges;
  metrics: Metrics;
  hostMetrics: HostMetricsRoom;
  sight: Sight;
  clock: Clock;
}

/** The routes of what containers and hosts use. */
export const metricsRoutes = (parts: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}/stats',
    access: 'view',
    summary: 'What a container uses: one sample, or with follow=true each as it comes, as server-sent events',
    tag,
    params: containerParams,
    query: followQuery,
    answers: { 200: containerStats },
    handle: async ({ params: { hostId, container }, query, signal }) => {
      if (query.follow !== 'true') return { body: await parts.metrics.once(hostId, container, signal) };
      const set = [{ hostId, container: parts.hosts.findContainer(hostId, container).name }];
      return { stream: (sink) => followStats(parts, set, sink, ([stats]) => sendOne(sink, 'stats', stats)) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/stats',
    access: 'view',
    isScoped: true,
    summary: `What up to ${largestSet} containers use, as server-sent events: a list of samples each second`,
    tag,
    query: v.strictObject({ containers: containerSet }),
    answers: { 200: null },
    handle: ({ query: { containers }, caller: { rights } }) => {
      const set = containers.filter(({ hostId, container }) =>
        rights.can('view', parts.sight.placeOf(hostId, container)),
      );
      return { stream: (sink) => followStats(parts, set, sink, (items) => sendOne(sink, 'stats', { items })) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}/metrics',
    access: 'view',
    summary: 'The samples of a container that are kept: of the last ten minutes, while somebody watches it',
    tag,
    params: containerParams,
    query: metricsQuery,
    answers: { 200: containerMetrics },
    handle: ({ params, query }) => ({ body: parts.metrics.window(params.hostId, params.container, query.range) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/metrics',
    access: 'view',
    summary: 'What a host has and uses; with follow=true what its containers use, as server-sent events',
    tag,
    params: v.strictObject({ hostId: idParam }),
    query: hostMetricsQuery,
    answers: { 200: hostMetrics },
    handle: async ({ params: { hostId }, query }) => {
      parts.hosts.get(hostId);
      if (query.follow === 'true') {
        const names = parts.hostMetrics.running(hostId);
        return { stream: (sink) => followHost(parts, hostId, names, sink) };
      }
      return { body: await parts.hostMetrics.read(hostId, query.disk === 'true') };
    },
  }),
];

const sendOne = (sink: EventSink, event: string, data: ContainerStats | HostUse | object | undefined): Promise<void> =>
  sink.send({ event, data: JSON.stringify(data) });

/** Watches what ran when the stream began, the first by name where that is more than one stream can hold. */
const followHost = (parts: Parts, hostId: number, names: string[], sink: EventSink): Promise<void> => {
  const set = names.slice(0, largestSet).map((container) => ({ hostId, container }));
  return followStats(parts, set, sink, () => sendOne(sink, 'use', parts.hostMetrics.use(hostId) ?? {}));
};
