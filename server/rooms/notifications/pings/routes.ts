import * as v from 'valibot';
import { channelTest, heartbeatInput, idParam, ping, pingAnswer, pingInput } from '../../../../contract/index.ts';
import { notFound } from '../../../errors/index.ts';
import type { Route } from '../../../http/route.ts';
import { route } from '../../../http/route.ts';
import type { Watch } from './watch.ts';

const params = v.strictObject({ scheduleId: idParam });
const ofSchedule = {
  path: '/api/v1/schedules/{scheduleId}/ping',
  // Its request goes where its address says, and the answer is shown: as with channels.
  access: 'notifications',
  tag: 'Schedules',
  params,
} as const;
const ofInstance = { path: '/api/v1/settings/heartbeat', access: 'settings', tag: 'Settings' } as const;
/** What the activity log calls it. */
const instance = 'heartbeat';

/** The routes of dead man's switches: of a schedule, and of the instance. */
export const pingRoutes = (watch: Watch): Route[] => [...scheduleRoutes(watch), ...instanceRoutes(watch)];

const scheduleRoutes = ({ pings, scheduleName }: Watch): Route[] => {
  const nameOf = (id: number): string => {
    const name = scheduleName(id);
    if (name === undefined) throw notFound(`There is no schedule ${id}.`);
    return name;
  };
  return [
    route({
      ...ofSchedule,
      access: 'schedules',
      method: 'GET',
      summary: 'Who watches from outside that the schedule runs',
      answers: { 200: pingAnswer },
      handle: async ({ params: { scheduleId } }) => {
        nameOf(scheduleId);
        return { body: { ping: await pings.get(scheduleId) } };
      },
    }),
    route({
      ...ofSchedule,
      method: 'PUT',
      summary: "Signal the schedule's runs to a check; an address that is left out stays",
      body: pingInput,
      answers: { 200: ping },
      handle: async ({ params: { scheduleId }, body, caller }) => ({
        body: await pings.set(scheduleId, body, nameOf(scheduleId), caller.actor),
      }),
    }),
    route({
      ...ofSchedule,
      method: 'DELETE',
      summary: "Signal the schedule's runs no more",
      answers: { 204: null },
      handle: async ({ params: { scheduleId }, caller }) => {
        await pings.remove(scheduleId, nameOf(scheduleId), caller.actor);
        return { status: 204 };
      },
    }),
    route({
      ...ofSchedule,
      path: `${ofSchedule.path}/test`,
      method: 'POST',
      summary: 'Signal once, and tell what the other side said',
      answers: { 200: channelTest },
      handle: async ({ params: { scheduleId }, caller }) => ({ body: await pings.test(scheduleId, caller.actor) }),
    }),
  ];
};

const instanceRoutes = (watch: Watch): Route[] => [
  route({
    ...ofInstance,
    method: 'GET',
    summary: 'Who watches from outside that the scheduler is alive',
    answers: { 200: pingAnswer },
    handle: async () => ({ body: { ping: await watch.pings.get(null) } }),
  }),
  route({
    ...ofInstance,
    method: 'PUT',
    summary: 'Signal at intervals that the scheduler is alive; an address that is left out stays',
    body: heartbeatInput,
    answers: { 200: ping },
    handle: async ({ body, caller }) => {
      const set = await watch.pings.set(null, body, instance, caller.actor);
      await watch.beatAnew();
      return { body: (await watch.pings.get(null)) ?? set };
    },
  }),
  route({
    ...ofInstance,
    method: 'DELETE',
    summary: 'Signal no more that the scheduler is alive',
    answers: { 204: null },
    handle: async ({ caller }) => {
      await watch.pings.remove(null, instance, caller.actor);
      await watch.beatAnew();
      return { status: 204 };
    },
  }),
  route({
    ...ofInstance,
    path: `${ofInstance.path}/test`,
    method: 'POST',
    summary: 'Signal once, and tell what the other side said',
    answers: { 200: channelTest },
    handle: async ({ caller }) => ({ body: await watch.pings.test(null, caller.actor) }),
  }),
];
