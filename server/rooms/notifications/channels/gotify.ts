import type { Compose } from './channel.ts';
import { cut, jsonPost, snoozeLine, under } from './channel.ts';

/** https://gotify.net/docs/pushmsg. Plain text is the default of its clients; that for Android makes links of addresses in it. */
export const gotify: Compose<'gotify'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(
    under(config.server, '/message'),
    {
      title: cut(title, 250),
      // It refuses an empty one.
      message: [cut(body, 8000) || title, snoozeLine(snooze)].filter(Boolean).join('\n\n'),
      priority: severity === 'error' ? Math.max(config.priority, 8) : config.priority,
      ...(url && { extras: { 'client::notification': { click: { url } } } }),
    },
    { 'x-gotify-key': secrets.token },
  );
