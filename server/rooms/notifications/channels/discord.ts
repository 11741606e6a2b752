import type { Severity } from '../../../../contract/index.ts';
import type { Compose } from './channel.ts';
import { cut, jsonPost } from './channel.ts';

const colours: Record<Severity, number> = { info: 0x4d535b, success: 0x05773b, warning: 0x9c6100, error: 0xc21725 };

/**
 * https://discord.com/developers/docs/resources/webhook#execute-webhook. Nobody is ever mentioned, whatever a container
 * is called, and Markdown in names and lines is shown as it was written.
 */
export const discord: Compose<'discord'> = ({ title, body, severity, url, at }, { secrets }) =>
  jsonPost(secrets.url, {
    username: 'Chrontainer',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cut(plain(title), 256),
        description: cut(plain(body), 4096),
        color: colours[severity],
        timestamp: new Date(at).toISOString(),
        ...(url && { url }),
      },
    ],
  });

/** https://support.discord.com/hc/articles/210298617: a backslash takes a character's meaning away. */
const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]()<>#+\-.!|~@:]/g, '\\$&');
