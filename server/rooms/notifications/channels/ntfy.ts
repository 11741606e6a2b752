import type { Severity } from '../../../../contract/index.ts';
import type { Compose } from './channel.ts';
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
export const ntfy: Compose<'ntfy'> = ({ title, body, severity, url }, { config, secrets }) =>
  jsonPost(
    config.server,
    {
      topic: config.topic,
      title: cut(title, 250),
      // 4,096 bytes; what is longer becomes an attachment. An empty one would become the word "triggered".
      message: cutBytes(body, 4000) || title,
      priority: config.priority ?? priorities[severity],
      tags: [tags[severity], ...(config.tags ?? [])],
      ...(url && { click: url, actions: [{ action: 'view', label: 'Open the run', url }] }),
    },
    secrets.token === undefined ? {} : { authorization: `Bearer ${secrets.token}` },
  );
