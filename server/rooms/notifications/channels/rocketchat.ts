import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';
import { colours } from './colours.ts';
import { fenced, parted } from './escaping.ts';

/**
 * https://docs.rocket.chat/docs/integrations (incoming webhooks). Its text is Markdown without an escape: what was
 * written goes into a block of code, and mentions are broken by a gap.
 */
export const rocketchat: Compose<'rocketchat'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(secrets.url, {
    alias: 'Chrontainer',
    text: parted(cut(title, 300)),
    parseUrls: false,
    ...(config.channel !== undefined && { channel: config.channel }),
    attachments: [
      {
        color: colours[severity],
        text: fenced(cut(body, 4000)),
        ...(url && { title: 'Open the run', title_link: url }),
      },
      ...(snooze ? [{ title: 'Snooze this', title_link: snooze.url }] : []),
    ],
  });
