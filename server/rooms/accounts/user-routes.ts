import * as v from 'valibot';
import {
  idParam,
  pageOf,
  passwordReset,
  roleAnswer,
  roleInput,
  user,
  userInput,
  userPatch,
} from '../../../contract/index.ts';
import type { Route } from '../../http/index.ts';
import { route } from '../../http/index.ts';
import type { RoleKeeper } from './role-keeper.ts';
import type { UserKeeper } from './user-keeper.ts';

const access = 'users';

/** The routes of everybody's accounts. */
export const userRoutes = (keeper: UserKeeper): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/users',
    access,
    summary: 'All accounts',
    tag: 'Users',
    answers: { 200: pageOf(user) },
    handle: async () => ({ body: { items: await keeper.list(), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/users',
    access,
    isSensitive: true,
    summary: 'Make an account',
    tag: 'Users',
    body: userInput,
    answers: { 201: user },
    handle: async ({ body, caller }) => ({ status: 201, body: await keeper.create(body, caller) }),
  }),
  ...oneUserRoutes(keeper),
  unlinkRoute(keeper),
];

const params = v.strictObject({ userId: idParam });

const oneUserRoutes = (keeper: UserKeeper): Route[] => [
  route({
    method: 'PATCH',
    path: '/api/v1/users/{userId}',
    access,
    isSensitive: true,
    summary: "Change an account's role or address, or disable it; its sessions end, but for an address",
    tag: 'Users',
    params,
    body: userPatch,
    answers: { 200: user },
    handle: async ({ params, body, caller }) => ({ body: await keeper.change(params.userId, body, caller) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/users/{userId}/password',
    access,
    isSensitive: true,
    summary: 'Set a new password for somebody; its sessions end',
    tag: 'Users',
    params,
    body: passwordReset,
    answers: { 204: null },
    handle: async ({ params, body, caller }) => {
      await keeper.resetPassword(params.userId, body.password, caller);
      return { status: 204 };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/users/{userId}/second-factor',
    access,
    isSensitive: true,
    summary: "Remove somebody's app, passkeys and recovery codes; its sessions end",
    tag: 'Users',
    params,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await keeper.resetSecondFactor(params.userId, caller);
      return { status: 204 };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/users/{userId}',
    access,
    isSensitive: true,
    summary: 'Delete an account with its sessions and API keys',
    tag: 'Users',
    params,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await keeper.remove(params.userId, caller);
      return { status: 204 };
    },
  }),
];

const unlinkRoute = (keeper: UserKeeper): Route =>
  route({
    method: 'DELETE',
    path: '/api/v1/users/{userId}/sign-in-links/{linkId}',
    access,
    isSensitive: true,
    summary: 'Unlink an account from somebody at a provider; refused where nothing else would lead in',
    tag: 'Users',
    params: v.strictObject({ userId: idParam, linkId: idParam }),
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await keeper.unlink(params.userId, params.linkId, caller);
      return { status: 204 };
    },
  });

const roleParams = v.strictObject({ roleId: idParam });

/** The routes of roles. */
export const roleRoutes = (keeper: RoleKeeper): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/roles',
    access,
    summary: 'All roles, the built-in ones first',
    tag: 'Users',
    answers: { 200: pageOf(roleAnswer) },
    handle: async () => ({ body: { items: await keeper.list(), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/roles',
    access,
    isSensitive: true,
    summary: 'Make a role: rights, and where they hold',
    tag: 'Users',
    body: roleInput,
    answers: { 201: roleAnswer },
    handle: async ({ body, caller }) => ({ status: 201, body: await keeper.create(body, caller) }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/roles/{roleId}',
    access,
    isSensitive: true,
    summary: 'Change a role; that holds at once for everybody who has it',
    tag: 'Users',
    params: roleParams,
    body: roleInput,
    answers: { 200: roleAnswer },
    handle: async ({ params, body, caller }) => ({ body: await keeper.change(params.roleId, body, caller) }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/roles/{roleId}',
    access,
    isSensitive: true,
    summary: 'Delete a role that nobody has',
    tag: 'Users',
    params: roleParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await keeper.remove(params.roleId, caller);
      return { status: 204 };
    },
  }),
];
