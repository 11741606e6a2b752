import type { EventFacts, MessageFacts, MessageTemplate } from '../../../../contract/index.ts';
import type { Logger } from '../../../log/index.ts';
import type { Message } from '../channels/channel.ts';
import type { Channels } from '../channels.ts';
import type { Rules } from '../rules.ts';
import { noFacts } from '../run-facts.ts';
import type { DeliveryRow } from '../store.ts';
import type { Templates } from './templates.ts';
import { usualType } from './templates.ts';

interface Parts {
  templates: Templates;
  channels: Channels;
  rules: Rules;
  log: Logger;
  localTime(ms: number): string;
}

/** Puts messages into the words of their rule or channel, when they are sent: an edit reaches what still waits. */
export class Rewording {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What steps send and what is gathered has no facts, and stays as it was worded; a webhook's request is made of it all the same. */
  async of({ channel_id, rule_id, facts }: DeliveryRow, message: Message): Promise<Message> {
    const ofChannel = this.#parts.channels.templateOf(channel_id);
    const ofRule = rule_id === null ? null : this.#parts.rules.templateOf(rule_id);
    const template: MessageTemplate = {
      title: facts === null ? null : (ofRule?.title ?? ofChannel?.title ?? null),
      body: facts === null ? null : (ofRule?.body ?? ofChannel?.body ?? null),
      request: ofChannel?.request ?? null,
    };
    const known = facts === null ? null : { ...noFacts, ...(JSON.parse(facts) as EventFacts) };
    const whole = this.#whole(known ?? noFacts, message);
    return { ...(await this.#reword(channel_id, template, message, whole)), facts: known };
  }

  /** A test in the channel's words, made of an example, and marked as what it is. */
  async ofTest(channelId: number, message: Message, example: MessageFacts): Promise<Message> {
    const template = this.#parts.channels.templateOf(channelId);
    if (template === null) return message;
    const facts = { ...example, ...this.#whole(example, message) };
    const reworded = await this.#reword(channelId, template, message, facts);
    return template.title === null ? reworded : { ...reworded, title: `Test: ${reworded.title}` };
  }

  async #reword(channelId: number, template: MessageTemplate, message: Message, facts: MessageFacts): Promise<Message> {
    if (Object.values(template).every((part) => part === null)) return message;
    const { templates, channels, log } = this.#parts;
    const type = channels.requestType(channelId) ?? usualType;
    const reworded = await templates.reword(template, facts, type).catch((error: unknown) => {
      log.error({ error, channelId }, 'templates cannot be used; the message goes in the words of the program');
      return null;
    });
    if (reworded === null) return message;
    const { faults, ...words } = reworded;
    const [fault] = faults;
    if (!fault) return { ...message, ...words };
    log.warn({ channelId, fault }, 'a template of messages failed; the message goes in the words of the program');
    const note = `(The template of the ${fault.path} failed in line ${fault.line}: ${fault.message})`;
    return { ...message, ...words, body: `${words.body}\n\n${note}` };
  }

  #whole(facts: EventFacts, message: Message): MessageFacts {
    const { event, severity, title, body, url } = message;
    const [at, localTime] = [new Date(message.at).toISOString(), this.#parts.localTime(message.at)];
    return { ...facts, event, severity, title, body, at, localTime, url, snoozeUrl: message.snooze?.url ?? null };
  }
}
