import * as v from 'valibot';
import {
  host,
  hostDependent,
  hostInput,
  hostOrder,
  hostPatch,
  hostRecipe,
  hostTest,
  hostTrial,
  idParam,
  pageOf,
} from '../../../contract/index.ts';
import { proxyRecipe } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Rights, Sight } from '../../policy/index.ts';
import type { Hosts } from './hosts.ts';
import type { HostKeeper } from './keeper.ts';

const hostParam = v.strictObject({ hostId: idParam });

interface Parts {
  hosts: Hosts;
  hostKeeper: HostKeeper;
  sight: Sight;
}

/** Who is limited to some hosts could lead one of them elsewhere, and with it his rights. */
const demandEverywhere = (rights: Rights): void => {
  if (rights.canEverywhere('hosts')) return;
  const message = 'Where a host leads, and whether it is there at all, is for those who manage all hosts.';
  throw new ChrontainerError('CHR_FORBIDDEN', message);
};

/** What an edit may change of it who manages only some hosts. */
const harmless = new Set(['name', 'color', 'enabled', 'windows']);

/** The routes of the hosts. */
export const hostRoutes = (parts: Parts): Route[] => [...looking(parts), ...changing(parts), ...trying(parts)];

const looking = ({ hosts, hostKeeper, sight }: Parts): Route[] => [
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
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/dependents',
    access: 'hosts',
    summary: 'What names a host, to be looked at before it is deleted',
    tag: 'Hosts',
    params: hostParam,
    answers: { 200: pageOf(hostDependent) },
    handle: async ({ params, caller }) => {
      demandEverywhere(caller.rights);
      return { body: { items: await hostKeeper.dependents(params.hostId), nextCursor: null } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/proxy-recipe',
    access: 'hosts',
    summary: 'A socket proxy that lets through what the grants of the host cover, and little more',
    tag: 'Hosts',
    params: hostParam,
    answers: { 200: hostRecipe },
    handle: ({ params }) => ({ body: { compose: proxyRecipe(hosts.get(params.hostId).grants) } }),
  }),
];

const changing = ({ hostKeeper }: Parts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/hosts',
    access: 'hosts',
    isSensitive: true,
    isIdempotent: true,
    summary: 'Add a host',
    tag: 'Hosts',
    body: hostInput,
    answers: { 201: host },
    handle: async ({ body, caller }) => ({ status: 201, body: await hostKeeper.create(body, caller.actor) }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/hosts/{hostId}',
    access: 'hosts',
    isSensitive: true,
    summary: 'Change a host',
    tag: 'Hosts',
    params: hostParam,
    body: hostPatch,
    answers: { 200: host },
    handle: async ({ params, body, caller }) => {
      if (Object.keys(body).some((field) => !harmless.has(field))) demandEverywhere(caller.rights);
      return { body: await hostKeeper.change(params.hostId, body, caller.actor) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/hosts/{hostId}',
    access: 'hosts',
    isSensitive: true,
    summary: 'Delete a host; its containers go on running',
    tag: 'Hosts',
    params: hostParam,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      demandEverywhere(caller.rights);
      await hostKeeper.remove(params.hostId, caller.actor);
      return { status: 204 };
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/host-order',
    access: 'hosts',
    summary: 'Put all hosts in an order',
    tag: 'Hosts',
    body: hostOrder,
    answers: { 204: null },
    handle: async ({ body, caller }) => {
      await hostKeeper.arrange(body.hostIds, caller.actor);
      return { status: 204 };
    },
  }),
];

const trying = ({ hostKeeper }: Parts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/hosts/{hostId}/test',
    access: 'hosts',
    summary: 'Try to reach the engine, and tell how far that got',
    tag: 'Hosts',
    params: hostParam,
    answers: { 200: hostTest },
    handle: async ({ params }) => ({ body: await hostKeeper.test(params.hostId) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/host-trials',
    access: 'hosts',
    summary: 'Try a connection before it is saved',
    tag: 'Hosts',
    body: hostTrial,
    answers: { 200: hostTest },
    handle: async ({ body }) => ({ body: await hostKeeper.tryOut(body) }),
  }),
];
