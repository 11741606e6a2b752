import * as v from 'valibot';
import {
  container,
  containerDetails,
  containerEnvironment,
  containerProcesses,
  containerQuery,
  containerRemoval,
  containerSize,
  idParam,
  pageOf,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { CloserLook } from './closer.ts';
import type { Containers } from './containers.ts';

const containerParams = v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) });
const tag = 'Containers';

/** The routes that show containers; what is done to them has its own. */
export const containerRoutes = (containers: Containers, closer: CloserLook): Route[] => [
  ...rowRoutes(containers),
  ...closerRoutes(closer),
];

const path = '/api/v1/hosts/{hostId}/containers/{container}';

const rowRoutes = (containers: Containers): Route[] => [
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
    path,
    access: 'view',
    summary: 'One container, by name or ID',
    tag,
    params: containerParams,
    answers: { 200: container },
    handle: ({ params }) => ({ body: containers.get(params.hostId, params.container) }),
  }),
  route({
    method: 'GET',
    path: `${path}/inspect`,
    // The environment is part of the answer, and may hold secrets.
    access: 'operate',
    summary: "The engine's own document on a container",
    tag,
    params: containerParams,
    answers: { 200: v.record(v.string(), v.unknown()) },
    handle: async ({ params }) => ({ body: await containers.inspect(params.hostId, params.container) }),
  }),
];

const closerRoutes = (closer: CloserLook): Route[] => [
  route({
    method: 'GET',
    path: `${path}/details`,
    access: 'view',
    summary: 'What a container is made of, secrets withheld',
    tag,
    params: containerParams,
    answers: { 200: containerDetails },
    handle: async ({ params, caller }) => ({
      body: await closer.details(params.hostId, params.container, caller.rights),
    }),
  }),
  route({
    method: 'GET',
    path: `${path}/environment`,
    access: 'operate',
    summary: 'The environment of a container, secrets included',
    tag,
    params: containerParams,
    answers: { 200: containerEnvironment },
    handle: async ({ params }) => ({
      body: { environment: await closer.environment(params.hostId, params.container) },
    }),
  }),
  route({
    method: 'GET',
    path: `${path}/size`,
    access: 'view',
    summary: 'How much a container takes on the disk; the engine looks at every file',
    tag,
    params: containerParams,
    answers: { 200: containerSize },
    handle: async ({ params }) => ({ body: await closer.size(params.hostId, params.container) }),
  }),
  route({
    method: 'GET',
    path: `${path}/removal`,
    access: 'operate',
    summary: 'What the removal of a container would take along, and what would miss it',
    tag,
    params: containerParams,
    answers: { 200: containerRemoval },
    handle: async ({ params, caller }) => ({
      body: await closer.removal(params.hostId, params.container, caller.rights),
    }),
  }),
  route({
    method: 'GET',
    path: `${path}/processes`,
    // Command lines hold passwords, as the environment does.
    access: 'operate',
    summary: 'The processes of a container',
    tag,
    params: containerParams,
    answers: { 200: containerProcesses },
    handle: async ({ params }) => ({ body: await closer.processes(params.hostId, params.container) }),
  }),
];
