import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';
import { colours } from './colours.ts';
import { backslashed } from './escaping.ts';

/**
 * https://discord.com/developers/docs/resources/webhook#execute-webhook. Nobody is ever mentioned, whatever a container
 * is called, and Markdown in names and lines is shown as it was written.
 */
export const discord: Compose<'discord'> = ({ title, body, severity, url, at, snooze }, { secrets }) =>
  jsonPost(secrets.url, {
    username: 'Chrontainer',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cut(backslashed(title), 256),
        description: cut(backslashed(body), 4096),
        color: Number.parseInt(colours[severity].slice(1), 16),
        timestamp: new Date(at).toISOString(),
        ...(url && { url }),
        // The only Markdown in it is ours.
        ...(snooze && { fields: [{ name: 'Too often?', value: `[Snooze this](${snooze.url})` }] }),
      },
    ],
  });
