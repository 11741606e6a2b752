import type { Compose } from './channel.ts';
import { cut, jsonPost, under } from './channel.ts';

/** https://gotify.net/docs/pushmsg. Plain text is the default of its clients. */
export const gotify: Compose<'gotify'> = ({ title, body, severity, url }, { config, secrets }) =>
  jsonPost(
    under(config.server, '/message'),
    {
      title: cut(title, 250),
      // It refuses an empty one.
      message: cut(body, 8000) || title,
      priority: severity === 'error' ? Math.max(config.priority, 8) : config.priority,
      ...(url && { extras: { 'client::notification': { click: { url } } } }),
    },
    { 'x-gotify-key': secrets.token },
  );
