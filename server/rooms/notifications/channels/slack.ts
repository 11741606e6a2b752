import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';
import { colours } from './colours.ts';
import { angled } from './escaping.ts';

/**
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. Without `mrkdwn_in` the text is not
 * interpreted, and `<!channel>` is only what it looks like.
 */
export const slack: Compose<'slack'> = ({ title, body, severity, url, snooze }, { secrets }) =>
  jsonPost(secrets.url, {
    text: angled(cut(title, 300)),
    mrkdwn: false,
    attachments: [
      {
        color: colours[severity],
        text: angled(cut(body, 3000)),
        fallback: angled(cut(title, 300)),
        mrkdwn_in: [],
        ...(url && { title: 'Open the run', title_link: url }),
      },
      ...(snooze ? [{ mrkdwn_in: [], fallback: 'Snooze this', title: 'Snooze this', title_link: snooze.url }] : []),
    ],
  });
