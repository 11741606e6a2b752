import type { Severity } from '../../../../contract/index.ts';
import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';

const colours: Record<Severity, string> = { info: '#4d535b', success: '#05773b', warning: '#9c6100', error: '#c21725' };

/**
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; Mattermost and Rocket.Chat take the same
 * attachments. Without `mrkdwn_in` the text is not interpreted, and `<!channel>` is only what it looks like.
 */
export const slack: Compose<'slack'> = ({ title, body, severity, url }, { secrets }) =>
  jsonPost(secrets.url, {
    text: escaped(cut(title, 300)),
    mrkdwn: false,
    attachments: [
      {
        color: colours[severity],
        text: escaped(cut(body, 3000)),
        fallback: escaped(cut(title, 300)),
        mrkdwn_in: [],
        ...(url && { title: 'Open the run', title_link: url }),
      },
    ],
  });

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no others. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
