import type { Compose } from './channel.ts';
import { cut, jsonPost, snoozeLine, under } from './channel.ts';
import { unmentioned } from './escaping.ts';

/** https://core.telegram.org/bots/api#sendmessage. Without `parse_mode` nothing of the text is interpreted but mentions. */
export const telegram: Compose<'telegram'> = ({ title, body, severity, url, snooze }, { config, secrets }) =>
  jsonPost(under(config.server, `/bot${secrets.token}/sendMessage`), {
    chat_id: config.chatId,
    text: textOf(unmentioned(title), unmentioned(body), [...(url ? [url] : []), snoozeLine(snooze)]),
    disable_notification: severity === 'info' || severity === 'success',
    link_preview_options: { is_disabled: true },
  });

/** 4,096 characters. What is cut is the body: the links stay. */
const textOf = (title: string, body: string, tail: readonly string[]): string => {
  const head = cut(title, 500);
  const left = 4090 - head.length - tail.join('\n').length;
  return [head, cut(body, left), ...tail].filter(Boolean).join('\n');
};
