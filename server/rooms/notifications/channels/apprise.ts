import type { Severity } from '../../../../contract/index.ts';
import type { Compose } from './channel.ts';
import { cut, jsonPost, snoozeLine, under } from './channel.ts';

const types: Record<Severity, string> = { info: 'info', success: 'success', warning: 'warning', error: 'failure' };

/** https://github.com/caronc/apprise-api#persistent-storage-solution. As `text`, so that Apprise escapes for each service. */
export const apprise: Compose<'apprise'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(under(config.server, `/notify/${encodeURIComponent(secrets.key)}`), {
    title: cut(title, 250),
    // It refuses an empty one.
    body: [cut(body, 8000), url, snoozeLine(snooze)].filter(Boolean).join('\n') || title || ' ',
    type: types[severity],
    format: 'text',
    ...(config.tag !== undefined && { tag: config.tag }),
  });
