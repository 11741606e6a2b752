import type { Severity } from '../../../../contract/index.ts';
import type { Compose, SnoozeOffer } from './channel.ts';
import { cut, cutBytes, jsonPost } from './channel.ts';

/** https://docs.ntfy.sh/publish/#message-priority: 3 is the default, 5 rings. */
const priorities: Record<Severity, number> = { info: 3, success: 3, warning: 4, error: 5 };
/** https://docs.ntfy.sh/emojis */
const tags: Record<Severity, string> = {
  info: 'information_source',
  success: 'white_check_mark',
  warning: 'warning',
  error: 'rotating_light',
};

/** https://docs.ntfy.sh/publish/#publish-as-json. Without `markdown` nothing of the text is interpreted. */
export const ntfy: Compose<'ntfy'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(
    config.server,
    {
      topic: config.topic,
      title: cut(title, 250),
      // 4,096 bytes; what is longer becomes an attachment. An empty one would become the word "triggered".
      message: cutBytes(body, 4000) || title,
      priority: config.priority ?? priorities[severity],
      tags: [tags[severity], ...(config.tags ?? [])],
      ...(url && { click: url }),
      ...((url || snooze) && { actions: actionsOf(url, snooze) }),
    },
    secrets.token === undefined ? {} : { authorization: `Bearer ${secrets.token}` },
  );

/**
 * https://docs.ntfy.sh/publish/#action-buttons: at most three. `http` is sent by the telephone itself, and takes the
 * message away once it was heard; for a time of one's choice there is the page.
 */
const actionsOf = (url: string | null, snooze: SnoozeOffer | null) => [
  ...(url ? [{ action: 'view', label: 'Open the run', url }] : []),
  ...(snooze
    ? [
        {
          action: 'http',
          label: 'Snooze 1 h',
          url: snooze.call,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ token: snooze.token, forMs: 3_600_000 }),
          clear: true,
        },
        { action: 'view', label: 'Snooze …', url: snooze.url },
      ]
    : []),
];
