import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';
import { colours } from './colours.ts';
import { backslashed, unmentioned } from './escaping.ts';

/**
 * https://developers.mattermost.com/integrate/webhooks/incoming and …/reference/message-attachments. Its text is always
 * Markdown, and mentions count in attachments too: a backslash takes away the one, a gap behind @ the other.
 */
export const mattermost: Compose<'mattermost'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(secrets.url, {
    username: 'Chrontainer',
    ...(config.channel !== undefined && { channel: config.channel }),
    attachments: [
      {
        fallback: unmentioned(cut(title, 300)),
        color: colours[severity],
        title: plain(cut(title, 300)),
        text: plain(cut(body, 6000)),
        ...(url && { title_link: url }),
      },
      ...(snooze ? [{ fallback: 'Snooze this', title: 'Snooze this', title_link: snooze.url }] : []),
    ],
  });

const plain = (text: string): string => unmentioned(backslashed(text));
