import type { ChannelTarget, EventFacts, Severity } from '../../../../contract/index.ts';
import type { Outbound, OutboundRequest } from '../../../outbound/index.ts';
import type { Tried } from './tried.ts';

/** What is told. Title and body are plain text that may hold hostile names and lines: each channel makes them harmless. */
export interface Message {
  /** The same at each try: by it the other side can tell what it has already. */
  id: string;
  title: string;
  body: string;
  severity: Severity;
  event: string;
  /** When it happened, epoch milliseconds. */
  at: number;
  /** When it is sent: later where it is tried again. */
  sentAt: number;
  runId: string | null;
  /** Where more of it is to be seen; null where the program does not know its own address. */
  url: string | null;
  /** By what whoever reads it can snooze it; null: nobody can. */
  snooze: SnoozeOffer | null;
  /** Of webhooks: the whole of what is sent, made by a template; null: what the program itself sends. */
  request: string | null;
  /** What it was made from; null for what steps send, and for tests. */
  facts: EventFacts | null;
}

/** A link that leads to a page which asks, and what a button sends that asks nothing. Both are good for this one thing. */
export interface SnoozeOffer {
  url: string;
  /** Where a button posts the token to. */
  call: string;
  token: string;
}

export type TargetOf<K extends ChannelTarget['kind']> = Extract<ChannelTarget, { kind: K }>;

/** One kind of channel: it turns a message into the request that its service asks for. */
export type Compose<K extends ChannelTarget['kind']> = (
  message: Message,
  target: Pick<TargetOf<K>, 'config' | 'secrets'>,
) => OutboundRequest;

/** How a channel sends that no web server stands behind: by these alone, so that the rules for addresses hold. */
export interface Way {
  outbound: Outbound;
  signal: AbortSignal;
}
export type Carry<K extends ChannelTarget['kind']> = (
  message: Message,
  target: Pick<TargetOf<K>, 'config' | 'secrets'>,
  way: Way,
) => Promise<Tried>;

/** How the link stands in a plain text, where it is the last line: clients make a link of an address. */
export const snoozeLine = (snooze: SnoozeOffer | null): string => (snooze ? `Snooze this: ${snooze.url}` : '');

/** A body of JSON. */
export const jsonPost = (url: string, body: unknown, headers: Record<string, string> = {}): OutboundRequest => ({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** The address of a server with a path behind it, whatever slash it ends with. */
export const under = (server: string, path: string): string => `${server.replace(/\/+$/, '')}${path}`;

/** Services cut or refuse what is longer; said, so that nobody takes it for the whole. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${wholeCharacters(text, longest - 2)} …`;

/** The same where a service counts the bytes of UTF-8. */
export const cutBytes = (text: string, longest: number): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= longest) return text;
  // What was cut in a character is left out.
  return `${new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, longest - 4), { stream: true })} …`;
};

/** Never half of a pair: it would be no text. */
const wholeCharacters = (text: string, longest: number): string => {
  const last = text.charCodeAt(longest - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? longest - 1 : longest);
};
