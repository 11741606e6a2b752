import * as v from 'valibot';
import type { Run } from '../../../contract/index.ts';
import {
  acceptedRun,
  bulkActionRequest,
  containerActionRequest,
  idParam,
  pageOf,
  run,
  runQuery,
} from '../../../contract/index.ts';
import type { Answer, Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Sight } from '../../policy/index.ts';
import { fullPage } from '../../policy/index.ts';
import type { Fleet } from './fleet.ts';
import type { Hand } from './hand.ts';
import type { History } from './history.ts';
import { outputRoutes } from './output-routes.ts';
import type { Outputs } from './outputs.ts';
import { isFinal } from './run.ts';
import type { Runs } from './runs.ts';
import { seenRun } from './seen.ts';

/** How long `?wait=true` waits at the most: a proxy would give the connection up soon after. */
const longestWaitMs = 110_000;

export const waitQuery = v.strictObject({ wait: v.optional(v.picklist(['true', 'false'])) });
const runIdParam = v.strictObject({ runId: v.pipe(v.string(), v.maxLength(64)) });
const tag = 'Runs';

/** 202 and the run's ID at once; with `wait=true` 200 and the run when it is over. */
export const answerRun = async (runs: Runs, begun: Run, wait: string | undefined): Promise<Answer> => {
  if (wait !== 'true') return { status: 202, body: { runId: begun.id } };
  const finished = await runs.waitFor(begun.id, longestWaitMs);
  return isFinal(finished.outcome) ? { body: finished } : { status: 202, body: { runId: begun.id } };
};

/** The routes of runs and of actions by hand. */
export const runRoutes = (parts: {
  runs: Runs;
  history: History;
  outputs: Outputs;
  hand: Hand;
  fleet: Fleet;
  sight: Sight;
}): Route[] => [...outputRoutes(parts), ...historyRoutes(parts), ...actionRoutes(parts)];

const historyRoutes = ({ runs, history, sight }: { runs: Runs; history: History; sight: Sight }): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/runs',
    access: 'view',
    isScoped: true,
    summary: 'Runs, newest first',
    tag,
    query: runQuery,
    answers: { 200: pageOf(run) },
    handle: async ({ query, caller }) => ({
      body: await fullPage(query, {
        read: (page) => history.list(page, caller.rights.canEverywhere('logs')),
        see: (one) => seenRun(sight, caller, query, one),
        cursorOf: ({ id }) => id,
      }),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/runs/{runId}',
    access: 'view',
    summary: 'One run with its steps and targets',
    tag,
    params: runIdParam,
    answers: { 200: run },
    handle: async ({ params, caller }) => ({ body: sight.run(caller, await runs.get(params.runId)) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/runs/{runId}/cancel',
    access: 'operate',
    summary: 'Break a run off: what an engine is doing ends, nothing further begins',
    tag,
    params: runIdParam,
    answers: { 202: acceptedRun },
    handle: async ({ params, caller }) => {
      const cancelled = await runs.cancel(params.runId, caller.actor);
      return { status: 202, body: { runId: cancelled.id } };
    },
  }),
];

const actionRoutes = ({ runs, hand, fleet }: { runs: Runs; hand: Hand; fleet: Fleet }): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/hosts/{hostId}/containers/{container}/actions',
    access: 'operate',
    isIdempotent: true,
    summary: 'Act on a container',
    tag: 'Containers',
    params: v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) }),
    query: waitQuery,
    body: containerActionRequest,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ params, query, body, caller }) => {
      const { hostId, name } = fleet.findContainer(params.hostId, params.container);
      const begun = await hand.act({ ...body, targets: [{ hostId, container: name }] }, caller);
      return answerRun(runs, begun, query.wait);
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/actions',
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: 'Act on several containers: one run, a result per target',
    tag: 'Containers',
    query: waitQuery,
    body: bulkActionRequest,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ query, body, caller }) => answerRun(runs, await hand.act(body, caller), query.wait),
  }),
];
