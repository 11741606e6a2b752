import * as v from 'valibot';
import { container, containerQuery, idParam, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Containers } from './containers.ts';

const containerParams = v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) });
const tag = 'Containers';

/** The routes that show containers; what is done to them has its own. */
export const containerRoutes = (containers: Containers): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/containers',
    access: 'view',
    isScoped: true,
    summary: 'The containers of all hosts, by host and name',
    tag,
    query: containerQuery,
    answers: { 200: pageOf(container) },
    handle: ({ query, caller }) => ({ body: containers.page(query, caller.rights) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}',
    access: 'view',
    summary: 'One container, by name or ID',
    tag,
    params: containerParams,
    answers: { 200: container },
    handle: ({ params }) => ({ body: containers.get(params.hostId, params.container) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}/inspect',
    // The environment is part of the answer, and may hold secrets.
    access: 'operate',
    summary: "The engine's own document on a container",
    tag,
    params: containerParams,
    answers: { 200: v.record(v.string(), v.unknown()) },
    handle: async ({ params }) => ({ body: await containers.inspect(params.hostId, params.container) }),
  }),
];
