import type { ChannelKind } from '../../../contract/notifications.ts';
import type { TextKey } from '../../text/t.ts';

/** One field of a channel's form. */
export interface ChannelField {
  name: string;
  /** Where it stands in the target. */
  part: 'config' | 'secrets';
  label: TextKey;
  hint?: TextKey;
  isRequired: boolean;
}

const secretUrl: ChannelField = {
  name: 'url',
  part: 'secrets',
  label: 'channels.hookUrl',
  hint: 'channels.secretHint',
  isRequired: true,
};
const token: ChannelField = { name: 'token', part: 'secrets', label: 'channels.token', isRequired: true };

/** What each kind of channel asks for, in the order of its form. What is not here keeps its default. */
export const channelFields: Record<ChannelKind, readonly ChannelField[]> = {
  ntfy: [
    { name: 'topic', part: 'config', label: 'channels.topic', hint: 'channels.topicHint', isRequired: true },
    { name: 'server', part: 'config', label: 'channels.server', hint: 'channels.ntfyServerHint', isRequired: false },
    { ...token, hint: 'channels.ntfyTokenHint', isRequired: false },
  ],
  discord: [secretUrl],
  slack: [secretUrl],
  telegram: [
    { ...token, hint: 'channels.telegramTokenHint' },
    { name: 'chatId', part: 'config', label: 'channels.chatId', hint: 'channels.chatIdHint', isRequired: true },
  ],
  gotify: [{ name: 'server', part: 'config', label: 'channels.server', isRequired: true }, token],
  webhook: [
    { name: 'url', part: 'config', label: 'channels.url', isRequired: true },
    { name: 'bearer', part: 'secrets', label: 'channels.bearer', isRequired: false },
    {
      name: 'signingKey',
      part: 'secrets',
      label: 'channels.signingKey',
      hint: 'channels.signingKeyHint',
      isRequired: false,
    },
  ],
};

export const channelKinds = Object.keys(channelFields) as ChannelKind[];

/** The target as it is sent; an empty field is left out. */
export function targetOf(kind: ChannelKind, values: Record<string, string>) {
  const target = { kind, config: {} as Record<string, string>, secrets: {} as Record<string, string> };
  for (const { name, part } of channelFields[kind]) {
    const value = values[`${part}.${name}`]?.trim();
    if (value) target[part][name] = value;
  }
  return target;
}
