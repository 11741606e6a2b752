import type { Compose } from './channel.ts';
import { cut, jsonPost, under } from './channel.ts';
import { unmentioned } from './escaping.ts';

/** https://core.telegram.org/bots/api#sendmessage. Without `parse_mode` nothing of the text is interpreted but mentions. */
export const telegram: Compose<'telegram'> = ({ title, body, severity, url }, { config, secrets }) =>
  jsonPost(under(config.server, `/bot${secrets.token}/sendMessage`), {
    chat_id: config.chatId,
    text: textOf(unmentioned(title), unmentioned(body), url),
    disable_notification: severity === 'info' || severity === 'success',
    link_preview_options: { is_disabled: true },
  });

/** 4,096 characters. What is cut is the body: the link stays. */
const textOf = (title: string, body: string, url: string | null): string => {
  const [head, tail] = [cut(title, 500), url === null ? [] : [url]];
  const left = 4090 - head.length - tail.join('').length;
  return [head, cut(body, left), ...tail].filter(Boolean).join('\n');
};
