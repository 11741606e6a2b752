import * as v from 'valibot';
import {
  acceptedRun,
  idParam,
  pageOf,
  run,
  savedSchedule,
  schedule,
  scheduleInput,
  schedulePatch,
  scheduleQuery,
  why,
  whyQuery,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Runs } from '../runs/index.ts';
import { answerRun, waitQuery } from '../runs/index.ts';
import type { Evaluator } from './evaluator.ts';
import type { Overrides } from './overrides.ts';
import type { Past } from './past.ts';
import { pastRoutes } from './past-routes.ts';
import { phraseRoute } from './phrase-routes.ts';
import { previewRoutes } from './preview-routes.ts';
import type { Previews } from './previews.ts';
import type { Schedules } from './schedules.ts';
import type { Whys } from './why.ts';

const params = v.strictObject({ scheduleId: idParam });
const tag = 'Schedules';
const path = '/api/v1/schedules/{scheduleId}';

interface Parts {
  schedules: Schedules;
  previews: Previews;
  past: Past;
  overrides: Overrides;
  whys: Whys;
  runs: Runs;
  evaluator: Evaluator;
}

/** The routes of schedules. */
export const scheduleRoutes = ({ schedules, previews, past, overrides, whys, runs, evaluator }: Parts): Route[] => [
  ...pastRoutes(past, overrides, schedules),
  phraseRoute(schedules),
  ...readingRoutes(schedules),
  ...previewRoutes(previews, schedules),
  ...writingRoutes(schedules, previews),
  switchRoute(schedules, 'enable'),
  switchRoute(schedules, 'disable'),
  whyRoute(whys),
  trustRoute(evaluator),
  route({
    method: 'POST',
    path: `${path}/run`,
    access: 'operate',
    isIdempotent: true,
    summary: 'Run a schedule now, beside its slots',
    tag,
    params,
    query: waitQuery,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ params, query, caller }) =>
      answerRun(runs, await schedules.runNow(params.scheduleId, caller), query.wait),
  }),
];

const readingRoutes = (schedules: Schedules): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/schedules',
    access: 'view',
    isScoped: true,
    summary: 'All schedules',
    tag,
    query: scheduleQuery,
    answers: { 200: pageOf(schedule) },
    handle: async ({ query, caller }) => ({ body: await schedules.list(query, caller.rights) }),
  }),
  route({
    method: 'GET',
    path,
    access: 'view',
    summary: 'One schedule with its last runs',
    tag,
    params,
    answers: { 200: schedule },
    handle: async ({ params }) => ({ body: await schedules.get(params.scheduleId) }),
  }),
];

const trustRoute = (evaluator: Evaluator): Route =>
  route({
    method: 'POST',
    path: '/api/v1/schedules/trust-clock',
    access: 'settings',
    summary: 'Take the clock as right where schedules are held by it, and go on from now',
    tag,
    answers: { 204: null },
    handle: async () => {
      await evaluator.trustClock();
      return { status: 204 };
    },
  });

const whyRoute = (whys: Whys): Route =>
  route({
    method: 'GET',
    path: `${path}/why`,
    access: 'view',
    summary: 'Why something ran, or did not, in one minute',
    tag,
    params,
    query: whyQuery,
    answers: { 200: why },
    handle: async ({ params, query, caller }) => ({
      body: await whys.ask(params.scheduleId, Date.parse(query.at), caller),
    }),
  });

const writingRoutes = (schedules: Schedules, previews: Previews): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/schedules',
    access: 'schedules',
    isScoped: true,
    isIdempotent: true,
    summary: 'Make a schedule',
    tag,
    body: scheduleInput,
    checkBody: (body, { scheduleId }) => schedules.faultsOf(body, Number(scheduleId) || null),
    answers: { 201: savedSchedule },
    handle: async ({ body, caller }) => {
      const made = await schedules.create(body, caller);
      const warnings = previews.warningsOf(made.id, caller.rights);
      return { status: 201, body: { ...made, warnings }, headers: { location: `/api/v1/schedules/${made.id}` } };
    },
  }),
  route({
    method: 'PATCH',
    path,
    access: 'schedules',
    summary: 'Change a schedule; fields that are left out keep their values',
    tag,
    params,
    body: schedulePatch,
    checkBody: (body, { scheduleId }) => schedules.faultsOf(body, Number(scheduleId) || null),
    answers: { 200: savedSchedule },
    handle: async ({ params, body, caller }) => {
      const changed = await schedules.change(params.scheduleId, body, caller);
      return { body: { ...changed, warnings: previews.warningsOf(changed.id, caller.rights) } };
    },
  }),
  route({
    method: 'DELETE',
    path,
    access: 'schedules',
    summary: 'Delete a schedule; its runs are kept',
    tag,
    params,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await schedules.remove(params.scheduleId, caller);
      return { status: 204 };
    },
  }),
];

const switchRoute = (schedules: Schedules, to: 'enable' | 'disable'): Route =>
  route({
    method: 'POST',
    path: `${path}/${to}`,
    access: 'schedules',
    summary: to === 'enable' ? 'Enable a schedule from now on' : 'Disable a schedule without deleting it',
    tag,
    params,
    answers: { 200: schedule },
    handle: async ({ params, caller }) => ({
      body: await schedules.setEnabled(params.scheduleId, to === 'enable', caller),
    }),
  });
