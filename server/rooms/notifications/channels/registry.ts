import type { ChannelKind, ChannelTarget } from '../../../../contract/index.ts';
import { judgeHealthchecks } from '../pings/answers.ts';
import { apprise } from './apprise.ts';
import type { Carry, Compose, Message, Way } from './channel.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { plain } from './escaping.ts';
import { gotify } from './gotify.ts';
import { healthchecks } from './healthchecks.ts';
import { matrix } from './matrix.ts';
import { mattermost } from './mattermost.ts';
import { mqtt } from './mqtt.ts';
import { ntfy } from './ntfy.ts';
import { pushover } from './pushover.ts';
import { rocketchat } from './rocketchat.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import type { Tried } from './tried.ts';
import { triedOf } from './tried.ts';
import { webhook } from './webhook.ts';

type OwnWay = 'email' | 'mqtt';

const byRequest: { [K in Exclude<ChannelKind, OwnWay>]: Compose<K> } = {
  webhook,
  ntfy,
  discord,
  slack,
  teams,
  mattermost,
  rocketchat,
  gotify,
  telegram,
  pushover,
  matrix,
  apprise,
  healthchecks,
};
const byOwnWay: { [K in OwnWay]: Carry<K> } = { email, mqtt };

/** Sends a message as the channel's service wants it. @throws OutboundError */
export const deliver = async (raw: Message, target: ChannelTarget, way: Way): Promise<Tried> => {
  const title = plain(raw.title).replaceAll(/\s+/g, ' ').trim();
  const message = { ...raw, title, body: plain(raw.body).trimEnd() };
  if (target.kind === 'email') return byOwnWay.email(message, target, way);
  if (target.kind === 'mqtt') return byOwnWay.mqtt(message, target, way);
  // The registry is typed kind by kind; that the target is of the kind it is looked up by, TypeScript cannot follow.
  const compose = byRequest[target.kind] as Compose<keyof typeof byRequest>;
  const answer = await way.outbound.send({ ...compose(message, target as never), signal: way.signal });
  return target.kind === 'healthchecks' ? judgeHealthchecks(triedOf(answer), answer.body) : triedOf(answer);
};
