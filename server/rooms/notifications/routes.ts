import * as v from 'valibot';
import {
  channel,
  channelInput,
  channelList,
  channelPatch,
  channelTest,
  delivery,
  deliveryQuery,
  idParam,
  notificationRuleInput,
  notificationRulePatch,
  pageOf,
  shownRule,
  silence,
  silenceInput,
  silencePatch,
  snoozeInput,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Notifications } from './notifications.ts';
import { snoozeRoutes } from './snooze/routes.ts';
import { templateRoutes } from './templates/routes.ts';

const tag = 'Notifications';
const base = '/api/v1/notifications';
const channelParams = v.strictObject({ channelId: idParam });
const ruleParams = v.strictObject({ ruleId: idParam });

/** The routes of channels, rules and deliveries. */
export const notificationRoutes = (notifications: Notifications): Route[] => [
  ...channelRoutes(notifications),
  testRoute(notifications),
  ...ruleRoutes(notifications),
  ...templateRoutes(notifications),
  ...silenceRoutes(notifications),
  ...snoozeRoutes(notifications.snoozing),
  route({
    method: 'GET',
    path: `${base}/deliveries`,
    access: 'notifications',
    summary: 'What was sent, or is to be, newest first',
    tag,
    query: deliveryQuery,
    answers: { 200: pageOf(delivery) },
    handle: async ({ query }) => ({ body: await notifications.deliveries.list(query) }),
  }),
  route({
    method: 'POST',
    path: `${base}/deliveries/{deliveryId}/resend`,
    access: 'notifications',
    summary: 'Send a message once more',
    tag,
    params: v.strictObject({ deliveryId: idParam }),
    answers: { 202: delivery },
    handle: async ({ params }) => ({ status: 202, body: await notifications.deliveries.resend(params.deliveryId) }),
  }),
  route({
    method: 'POST',
    path: `${base}/deliveries/{deliveryId}/snooze`,
    access: 'notifications',
    summary: 'Tell no more of this for a while',
    tag,
    params: v.strictObject({ deliveryId: idParam }),
    body: snoozeInput,
    answers: { 201: silence },
    handle: async ({ params, body, caller }) => ({
      status: 201,
      body: await notifications.deliveries.snooze(params.deliveryId, body.forMs, caller.actor),
    }),
  }),
];

const silenceRoutes = ({ silences }: Notifications): Route[] => [
  route({
    method: 'GET',
    path: `${base}/silences`,
    access: 'notifications',
    summary: 'When nothing is told, and of what',
    tag,
    answers: { 200: pageOf(silence) },
    handle: () => ({ body: { items: silences.list(), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: `${base}/silences`,
    access: 'notifications',
    isIdempotent: true,
    summary: 'Tell nothing for a while: a snooze, or a maintenance that is known beforehand',
    tag,
    body: silenceInput,
    answers: { 201: silence },
    handle: async ({ body, caller }) => ({ status: 201, body: await silences.create(body, caller.actor) }),
  }),
  route({
    method: 'PATCH',
    path: `${base}/silences/{silenceId}`,
    access: 'notifications',
    summary: 'Change a silence: longer, shorter, or of something else',
    tag,
    params: v.strictObject({ silenceId: idParam }),
    body: silencePatch,
    answers: { 200: silence },
    handle: async ({ params, body, caller }) => ({
      body: await silences.change(params.silenceId, body, caller.actor),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${base}/silences/{silenceId}`,
    access: 'notifications',
    summary: 'End a silence now',
    tag,
    params: v.strictObject({ silenceId: idParam }),
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await silences.end(params.silenceId, caller.actor);
      return { status: 204 };
    },
  }),
];

const channelRoutes = (notifications: Notifications): Route[] => [
  route({
    method: 'GET',
    path: `${base}/channels`,
    access: 'notifications',
    summary: 'Where messages go',
    tag,
    answers: { 200: channelList },
    handle: () => ({
      body: { items: notifications.channels.list(), nextCursor: null, hasLinks: notifications.hasLinks },
    }),
  }),
  route({
    method: 'POST',
    path: `${base}/channels`,
    access: 'notifications',
    isIdempotent: true,
    summary: 'Add a channel',
    tag,
    body: channelInput,
    answers: { 201: channel },
    handle: async ({ body, caller }) => {
      const made = await notifications.channels.create(body, caller.actor);
      return { status: 201, body: made, headers: { location: `${base}/channels/${made.id}` } };
    },
  }),
  route({
    method: 'GET',
    path: `${base}/channels/{channelId}`,
    access: 'notifications',
    summary: 'One channel',
    tag,
    params: channelParams,
    answers: { 200: channel },
    handle: ({ params }) => ({ body: notifications.channels.get(params.channelId) }),
  }),
  route({
    method: 'PATCH',
    path: `${base}/channels/{channelId}`,
    access: 'notifications',
    summary: 'Change a channel; secrets that are left out stay',
    tag,
    params: channelParams,
    body: channelPatch,
    answers: { 200: channel },
    handle: async ({ params, body, caller }) => ({
      body: await notifications.channels.change(params.channelId, body, caller.actor),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${base}/channels/{channelId}`,
    access: 'notifications',
    summary: 'Remove a channel with its deliveries',
    tag,
    params: channelParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await notifications.removeChannel(params.channelId, caller.actor);
      return { status: 204 };
    },
  }),
];

const testRoute = (notifications: Notifications): Route =>
  route({
    method: 'POST',
    path: `${base}/channels/{channelId}/test`,
    access: 'notifications',
    summary: 'Send a test message now, and tell what the other side said',
    tag,
    params: channelParams,
    answers: { 200: channelTest },
    handle: async ({ params, caller }) => ({ body: await notifications.test(params.channelId, caller.actor) }),
  });

const ruleRoutes = ({ rules }: Notifications): Route[] => [
  route({
    method: 'GET',
    path: `${base}/rules`,
    access: 'notifications',
    summary: 'Which events are told where',
    tag,
    answers: { 200: pageOf(shownRule) },
    handle: () => ({ body: { items: rules.list(), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: `${base}/rules`,
    access: 'notifications',
    isIdempotent: true,
    summary: 'Add a rule',
    tag,
    body: notificationRuleInput,
    answers: { 201: shownRule },
    handle: async ({ body, caller }) => ({ status: 201, body: await rules.create(body, caller.actor) }),
  }),
  route({
    method: 'PATCH',
    path: `${base}/rules/{ruleId}`,
    access: 'notifications',
    summary: 'Change a rule',
    tag,
    params: ruleParams,
    body: notificationRulePatch,
    answers: { 200: shownRule },
    handle: async ({ params, body, caller }) => ({ body: await rules.change(params.ruleId, body, caller.actor) }),
  }),
  route({
    method: 'DELETE',
    path: `${base}/rules/{ruleId}`,
    access: 'notifications',
    summary: 'Remove a rule',
    tag,
    params: ruleParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await rules.remove(params.ruleId, caller.actor);
      return { status: 204 };
    },
  }),
];
