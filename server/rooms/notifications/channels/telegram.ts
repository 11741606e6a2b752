import type { Compose } from './channel.ts';
import { cut, jsonPost, under } from './channel.ts';
import { unmentioned } from './escaping.ts';

/** https://core.telegram.org/bots/api#sendmessage. Without `parse_mode` nothing of the text is interpreted but mentions. */
export const telegram: Compose<'telegram'> = ({ title, body, severity, url }, { config, secrets }) =>
  jsonPost(under(config.server, `/bot${secrets.token}/sendMessage`), {
    chat_id: config.chatId,
    text: cut([unmentioned(title), unmentioned(body), url].filter(Boolean).join('\n'), 4096),
    disable_notification: severity === 'info' || severity === 'success',
    link_preview_options: { is_disabled: true },
  });
