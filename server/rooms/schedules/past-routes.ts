import * as v from 'valibot';
import {
  bulkSwitchRequest,
  deletedSchedule,
  idParam,
  instant,
  pageOf,
  schedule,
  scheduleRevision,
  slotOverride,
  slotOverrideRequest,
} from '../../../contract/index.ts';
import type { Answer, Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Overrides } from './overrides.ts';
import type { Past } from './past.ts';
import type { Schedules } from './schedules.ts';

const tag = 'Schedules';
const params = v.strictObject({ scheduleId: idParam });
const path = '/api/v1/schedules/{scheduleId}';
const whole = <T>(items: T[]): Answer => ({ body: { items, nextCursor: null } });

/** The routes of revisions, of the bin, of single slots, and of what copies or switches schedules. */
export const pastRoutes = (past: Past, overrides: Overrides, schedules: Schedules): Route[] => [
  ...overrideRoutes(overrides, schedules),
  ...revisionRoutes(past),
  ...binRoutes(past),
  route({
    method: 'POST',
    path: `${path}/duplicate`,
    access: 'schedules',
    isIdempotent: true,
    summary: 'Make a disabled copy of a schedule',
    tag,
    params,
    answers: { 201: schedule },
    handle: async ({ params, caller }) => {
      const made = await schedules.duplicate(params.scheduleId, caller);
      return { status: 201, body: made, headers: { location: `/api/v1/schedules/${made.id}` } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/schedules/switch',
    access: 'schedules',
    isScoped: true,
    summary: 'Enable or disable several schedules',
    tag,
    body: bulkSwitchRequest,
    answers: { 200: pageOf(schedule) },
    handle: async ({ body, caller }) => whole(await schedules.switchAll(body.ids, body.enabled, caller)),
  }),
];

const slotParams = v.strictObject({ scheduleId: idParam, slot: instant });

const overrideRoutes = (overrides: Overrides, schedules: Schedules): Route[] => [
  route({
    method: 'GET',
    path: `${path}/slots`,
    access: 'view',
    summary: 'What was decided on single slots to come',
    tag,
    params,
    answers: { 200: pageOf(slotOverride) },
    handle: ({ params }) => whole(overrides.list(params.scheduleId)),
  }),
  route({
    method: 'PUT',
    path: `${path}/slots/{slot}`,
    access: 'schedules',
    summary: 'Skip one slot to come, or put it off',
    tag,
    params: slotParams,
    body: slotOverrideRequest,
    answers: { 200: pageOf(slotOverride) },
    handle: async ({ params, body, caller }) => {
      if (body.kind !== 'skip') schedules.demandTiming(params.scheduleId, caller);
      return whole(await overrides.set(params.scheduleId, Date.parse(params.slot), body, caller.actor));
    },
  }),
  route({
    method: 'DELETE',
    path: `${path}/slots/{slot}`,
    access: 'schedules',
    summary: 'Let a slot run by the rule again',
    tag,
    params: slotParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      schedules.demandTiming(params.scheduleId, caller);
      await overrides.clear(params.scheduleId, Date.parse(params.slot), caller.actor);
      return { status: 204 };
    },
  }),
];

const revisionRoutes = (past: Past): Route[] => [
  route({
    method: 'GET',
    path: `${path}/revisions`,
    access: 'view',
    summary: 'What a schedule was at each of its edits, newest first',
    tag,
    params,
    answers: { 200: pageOf(scheduleRevision) },
    handle: async ({ params }) => whole(await past.revisions(params.scheduleId)),
  }),
  route({
    method: 'POST',
    path: `${path}/revisions/{revision}/restore`,
    access: 'schedules',
    summary: 'Go back to a revision; that is a new one, anchored now',
    tag,
    params: v.strictObject({ scheduleId: idParam, revision: idParam }),
    answers: { 200: schedule },
    handle: async ({ params, caller }) => ({ body: await past.restore(params.scheduleId, params.revision, caller) }),
  }),
];

const binRoutes = (past: Past): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/schedules/bin',
    access: 'view',
    isScoped: true,
    summary: 'Deleted schedules that can be brought back',
    tag,
    answers: { 200: pageOf(deletedSchedule) },
    handle: async ({ caller }) => whole(await past.bin(caller)),
  }),
  route({
    method: 'POST',
    path: `${path}/undelete`,
    access: 'schedules',
    summary: 'Bring a deleted schedule back, in force from now on',
    tag,
    params,
    answers: { 200: schedule },
    handle: async ({ params, caller }) => ({ body: await past.undelete(params.scheduleId, caller) }),
  }),
];
