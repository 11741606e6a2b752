import type { ChannelTarget } from '../../../../contract/index.ts';
import type { OutboundRequest } from '../../../outbound/index.ts';
import type { Compose, Message } from './channel.ts';
import { discord } from './discord.ts';
import { gotify } from './gotify.ts';
import { ntfy } from './ntfy.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

const registry: { [K in ChannelTarget['kind']]: Compose<K> } = { webhook, ntfy, discord, slack, gotify, telegram };

/** The request that a channel's service asks for. */
export const compose = (message: Message, target: ChannelTarget): OutboundRequest => {
  // The registry is typed kind by kind; that the target is of the kind it is looked up by, TypeScript cannot follow.
  const composeOne = registry[target.kind] as Compose<ChannelTarget['kind']>;
  return composeOne(message, target as never);
};
