import * as v from 'valibot';
import { host, hostPatch, hostTest, idParam, pageOf } from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import type { Hosts } from './hosts.ts';

const hostParam = v.strictObject({ hostId: idParam });

/** The routes of the hosts. */
export const hostRoutes = (hosts: Hosts, sight: Sight): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/hosts',
    access: 'view',
    isScoped: true,
    summary: 'All hosts',
    tag: 'Hosts',
    answers: { 200: pageOf(host) },
    handle: ({ caller: { rights } }) => ({
      body: { items: hosts.list().flatMap((one) => sight.host(rights, one) ?? []), nextCursor: null },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}',
    access: 'view',
    isScoped: true,
    summary: 'One host',
    tag: 'Hosts',
    params: hostParam,
    answers: { 200: host },
    handle: ({ params, caller }) => ({ body: sight.host(caller.rights, hosts.get(params.hostId)) }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/hosts/{hostId}',
    access: 'hosts',
    summary: 'Change a host',
    tag: 'Hosts',
    params: hostParam,
    body: hostPatch,
    answers: { 200: host },
    handle: async ({ params, body, caller }) => ({ body: await hosts.change(params.hostId, body, caller.actor) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/hosts/{hostId}/test',
    access: 'hosts',
    summary: 'Try to reach the engine, and tell how far that got',
    tag: 'Hosts',
    params: hostParam,
    answers: { 200: hostTest },
    handle: async ({ params }) => ({ body: await hosts.test(params.hostId) }),
  }),
];
