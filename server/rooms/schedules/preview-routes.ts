import * as v from 'valibot';
import {
  draftPreviewRequest,
  idParam,
  previewQuery,
  rehearsal,
  scheduleInput,
  schedulePreview,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Previews } from './previews.ts';
import type { Schedules } from './schedules.ts';

const params = v.strictObject({ scheduleId: idParam });
const tag = 'Schedules';
const path = '/api/v1/schedules/{scheduleId}';

/** The routes that tell what a schedule will do, or would do now. */
export const previewRoutes = (previews: Previews, schedules: Schedules): Route[] => [
  route({
    method: 'GET',
    path: `${path}/preview`,
    access: 'view',
    summary: 'The next slots of a schedule with what its policies make of them, and its targets now',
    tag,
    params,
    query: previewQuery,
    answers: { 200: schedulePreview },
    handle: async ({ params, query, caller }) => ({
      body: await previews.ofSchedule(params.scheduleId, query.count, caller.rights),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/schedules/preview',
    access: 'view',
    isScoped: true,
    summary: 'The same of a schedule that is being written',
    tag,
    body: draftPreviewRequest,
    checkBody: (body) => schedules.faultsOf(body, scheduleIdIn(body)),
    answers: { 200: schedulePreview },
    handle: async ({ body, caller }) => {
      schedules.demandSight(body, body.scheduleId, caller);
      return { body: await previews.ofDraft(body, caller.rights) };
    },
  }),
  route({
    method: 'POST',
    path: `${path}/dry-run`,
    access: 'view',
    summary: 'What a run of the schedule would do now; nothing is touched',
    tag,
    params,
    answers: { 200: rehearsal },
    handle: async ({ params }) => ({ body: await previews.rehearse(params.scheduleId) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/schedules/dry-run',
    access: 'schedules',
    isScoped: true,
    summary: 'What a run of a schedule that is being written would do now; nothing is touched',
    tag,
    body: scheduleInput,
    checkBody: (body) => schedules.faultsOf(body, null),
    answers: { 200: rehearsal },
    handle: async ({ body, caller }) => {
      schedules.demandSight(body, undefined, caller);
      return { body: await previews.rehearseDraft(body) };
    },
  }),
];

const scheduleIdIn = (body: unknown): number | null => {
  const parsed = v.safeParse(v.looseObject({ scheduleId: v.number() }), body);
  return parsed.success ? parsed.output.scheduleId : null;
};
