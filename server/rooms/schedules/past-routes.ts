import * as v from 'valibot';
import {
  bulkSwitchRequest,
  deletedSchedule,
  idParam,
  pageOf,
  schedule,
  scheduleRevision,
} from '../../../contract/index.ts';
import type { Answer, Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Past } from './past.ts';
import type { Schedules } from './schedules.ts';

const tag = 'Schedules';
const params = v.strictObject({ scheduleId: idParam });
const path = '/api/v1/schedules/{scheduleId}';
const whole = <T>(items: T[]): Answer => ({ body: { items, nextCursor: null } });

/** The routes of revisions, of the bin, and of what copies or switches schedules. */
export const pastRoutes = (past: Past, schedules: Schedules): Route[] => [
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
    summary: 'Enable or disable several schedules',
    tag,
    body: bulkSwitchRequest,
    answers: { 200: pageOf(schedule) },
    handle: async ({ body, caller }) => whole(await schedules.switchAll(body.ids, body.enabled, caller)),
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
    summary: 'Deleted schedules that can be brought back',
    tag,
    answers: { 200: pageOf(deletedSchedule) },
    handle: async () => whole(await past.bin()),
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
