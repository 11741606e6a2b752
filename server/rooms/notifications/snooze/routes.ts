import { linkedSnooze, linkedSnoozeInput, linkedSnoozeLook } from '../../../../contract/index.ts';
import type { Route } from '../../../http/route.ts';
import { route } from '../../../http/route.ts';
import type { Snoozing } from './snoozing.ts';

const tag = 'Notifications';

/** What a link in a message is good for. All by POST: what opens links by itself, a scanner or a preview, changes nothing. */
export const snoozeRoutes = (snoozing: Snoozing): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/snooze',
    access: 'public',
    summary: 'Tell no more for a while of what a message was about, by the link in it',
    tag,
    body: linkedSnoozeInput,
    answers: { 200: linkedSnooze },
    handle: async ({ body, address }) => ({ body: await snoozing.snooze(body.token, body.forMs, address) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/snooze/look',
    access: 'public',
    summary: 'What the link in a message would silence, and until when it does',
    tag,
    body: linkedSnoozeLook,
    answers: { 200: linkedSnooze },
    handle: async ({ body, address }) => ({ body: await snoozing.look(body.token, address) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/snooze/end',
    access: 'public',
    summary: 'Tell of it again: what links in messages have silenced ends',
    tag,
    body: linkedSnoozeLook,
    answers: { 200: linkedSnooze },
    handle: async ({ body, address }) => ({ body: await snoozing.takeBack(body.token, address) }),
  }),
];
