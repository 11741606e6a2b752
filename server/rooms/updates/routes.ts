import * as v from 'valibot';
import {
  containerUpdate,
  idParam,
  registry,
  registryInput,
  registryList,
  registryPatch,
  registryTest,
  registryTestRequest,
  updateCheck,
  updateCheckRequest,
  updateList,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Updates } from './updates.ts';

interface Parts {
  updates: Updates;
  activity: ActivityLog;
}

/** The routes of checks for newer images, and of the registries that are asked. */
export const updateRoutes = (parts: Parts): Route[] => [...checkRoutes(parts), ...registryRoutes(parts)];

const tag = 'Updates';
const containerParams = v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) });

const checkRoutes = ({ updates, activity }: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/updates',
    access: 'view',
    isScoped: true,
    summary: 'For each container whether there is a newer image, and how far a check is that somebody asked for',
    tag,
    answers: { 200: updateList },
    handle: ({ caller: { rights } }) => ({
      body: { items: updates.list(rights), nextCursor: null, check: updates.progress.seenBy(rights) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/updates/check',
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: 'Asks registries for newer images of some containers, or of all that you may operate',
    tag,
    body: updateCheckRequest,
    answers: { 202: updateCheck },
    handle: async ({ body, caller }) => {
      const check = updates.checkByHand(body.targets, caller.rights);
      const message = `${check.total} containers`;
      await activity.record({ actor: caller.actor, action: 'updates.check', result: 'ok', message });
      return { status: 202, body: check };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/hosts/{hostId}/containers/{container}/update',
    access: 'view',
    summary: 'Whether there is a newer image for a container, since when, and how that is known',
    tag,
    params: containerParams,
    answers: { 200: containerUpdate },
    handle: ({ params }) => ({ body: updates.get(params.hostId, params.container) }),
  }),
];

const registryParams = v.strictObject({ registryId: idParam });
const path = '/api/v1/registries';

const registryRoutes = ({ updates }: Parts): Route[] => [
  route({
    method: 'GET',
    path,
    access: 'settings',
    summary: 'The registries that something is stored of; passwords are not told',
    tag,
    answers: { 200: registryList },
    handle: () => ({ body: { items: updates.registries.list(), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path,
    access: 'settings',
    isIdempotent: true,
    summary:
      'Stores credentials or certificates of a registry: for checks, and the credentials for hosts that fetch from it',
    tag,
    body: registryInput,
    answers: { 201: registry },
    handle: async ({ body, caller }) => ({ status: 201, body: await updates.registries.add(body, caller.actor) }),
  }),
  route({
    method: 'PATCH',
    path: `${path}/{registryId}`,
    access: 'settings',
    summary: 'Changes what the body names; a password has to be given again where it would go elsewhere',
    tag,
    params: registryParams,
    body: registryPatch,
    answers: { 200: registry },
    handle: async ({ params, body, caller }) => ({
      body: await updates.registries.change(params.registryId, body, caller.actor),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${path}/{registryId}`,
    access: 'settings',
    summary: 'Forgets what is stored of a registry',
    tag,
    params: registryParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await updates.registries.remove(params.registryId, caller.actor);
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: `${path}/{registryId}/test`,
    access: 'settings',
    summary: 'Asks a registry for an image, with what is stored of it',
    tag,
    params: registryParams,
    body: registryTestRequest,
    answers: { 200: registryTest },
    handle: async ({ params, body }) => ({ body: await updates.test(params.registryId, body.image) }),
  }),
];
