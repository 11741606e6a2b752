import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import type { ChannelKind } from '../../../../contract/index.ts';
import { channelTarget } from '../../../../contract/index.ts';
import type { Received, Receiver } from '../../../../lab/receiver.ts';
import { openReceiver } from '../../../../lab/receiver.ts';
import { Outbound } from '../../../outbound/index.ts';
import type { Message } from './channel.ts';
import { deliver } from './registry.ts';

let receiver: Receiver;
const outbound = new Outbound(() => true);
const { signal } = new AbortController();

before(async () => {
  receiver = await openReceiver();
});
after(() => receiver.close());

/** Colours, a NUL, a bell, letters that turn the direction, half a character, a link, mentions of every service, tags. */
const nasty = [
  '\u001b[31mred\u001b[0m \u0000\u0007 \u202egnp.exe \u2066x\u2069 \ud83d cut',
  '@everyone @here @all @channel @room <@123> <@&45> <!channel> <!here> <!subteam^S1> <at>Ada</at> [@u](tg://user?id=1)',
  '**b** __u__ *i* _i_ ~~s~~ `c` ```\ncode\n``` [link](https://evil.example) ![p](https://evil.example/p.png) > # 1.',
  '<b>b</b> <a href="javascript:alert(1)">x</a> <img src=x onerror=alert(1)> <script>alert(1)</script> &lt; &amp; "\'',
  '<https://evil.example|your bank> {{ title }} %0a',
].join('\n');

const base: Message = {
  id: '0199/run.failed/1',
  title: nasty,
  body: nasty,
  severity: 'error',
  event: 'run.failed',
  at: Date.UTC(2026, 10, 26),
  sentAt: Date.UTC(2026, 10, 26),
  runId: '0199d3a0-0000-7000-8000-000000000001',
  url: 'https://chrontainer.example.org/runs/0199d3a0-0000-7000-8000-000000000001',
  snooze: null,
  request: null,
  facts: null,
};
const send = async (kind: Kind, message: Partial<Message>): Promise<Received> => {
  receiver.received = [];
  const target = v.parse(channelTarget, { kind, ...kinds[kind].target() });
  const tried = await deliver({ ...base, ...message }, target, { outbound, signal });
  assert.equal(tried.ok, true, tried.answer);
  const [only] = receiver.received;
  assert.ok(only);
  return only;
};

type Kind = Exclude<ChannelKind, 'email' | 'mqtt'>;
const byUrl = () => ({ secrets: { url: `${receiver.url}/hook` } });
const server = (more: object = {}) => ({ server: receiver.url, ...more });

/** How each service is reached, what its request may weigh at most, and what must not be there, wherever it came from. */
const kinds: Record<Kind, { target: () => object; bytes: number; never: RegExp; text: (json: Json) => unknown[] }> = {
  webhook: {
    target: () => ({ config: { url: receiver.url } }),
    bytes: 200_000,
    never: /^$/,
    text: (j) => [j['title']],
  },
  ntfy: {
    target: () => ({ config: server({ topic: 'x' }) }),
    // docs.ntfy.sh/publish/#limitations: 4,096 bytes of message.
    bytes: 10_000,
    never: /^$/,
    text: (j) => [j['title'], j['message']],
  },
  discord: {
    target: byUrl,
    // discord.com/developers/docs/resources/message#embed-object-embed-limits: 6,000 characters in all.
    bytes: 30_000,
    never: /(?<!\\)(?:\\\\)*[<@*_`[\]]/,
    text: (j) => embedTexts(j),
  },
  slack: {
    target: byUrl,
    bytes: 40_000,
    // docs.slack.dev/messaging/formatting-message-text: these three begin everything that means something.
    never: /[<>]|&(?!amp;|lt;|gt;)/,
    text: (j) => [j['text'], attachmentOf(j)['text'], attachmentOf(j)['fallback']],
  },
  teams: { target: byUrl, bytes: 28_000, never: /^$/, text: (j) => [JSON.stringify(j['attachments'])] },
  mattermost: {
    target: byUrl,
    bytes: 60_000,
    never: /@[a-z0-9]|(?<!\\)(?:\\\\)*[<*_`[\]]/i,
    text: (j) => [attachmentOf(j)['title'], attachmentOf(j)['text']],
  },
  rocketchat: {
    target: byUrl,
    bytes: 60_000,
    // What is in a block of code formats nothing.
    never: /@[a-z0-9]/i,
    text: (j) => [j['text'], attachmentOf(j)['text']],
  },
  gotify: {
    target: () => ({ config: server(), secrets: { token: 'T' } }),
    bytes: 60_000,
    never: /^$/,
    text: (j) => [j['title'], j['message']],
  },
  telegram: {
    target: () => ({ config: server({ chatId: '-1' }), secrets: { token: '1:a' } }),
    bytes: 20_000,
    never: /@[a-z0-9]/i,
    text: (j) => [j['text']],
  },
  pushover: {
    target: () => ({ config: server(), secrets: { token: 'a'.repeat(30), user: 'u'.repeat(30) } }),
    bytes: 10_000,
    never: /^$/,
    text: (j) => [j['title'], j['message']],
  },
  matrix: {
    target: () => ({ config: server({ room: '!a:b' }), secrets: { token: 't' } }),
    // spec.matrix.org, "Size limits": 65,536 bytes for an event.
    bytes: 60_000,
    never: /<(?!\/?strong>|br>|\/a>|a href="https:\/\/chrontainer\.example\.org\/)/,
    text: (j) => [j['formatted_body']],
  },
  apprise: {
    target: () => ({ config: server(), secrets: { key: 'k' } }),
    bytes: 60_000,
    never: /^$/,
    text: (j) => [j['title'], j['body']],
  },
  healthchecks: { target: byUrl, bytes: 10_000, never: /^$/, text: () => [] },
};
type Json = Record<string, unknown>;
const attachmentOf = (json: Json): Json => (json['attachments'] as Json[])[0] ?? {};
const embedTexts = (json: Json): unknown[] => {
  const [embed = {}] = json['embeds'] as Json[];
  return [embed['title'], embed['description']];
};
const noText =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not be there
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffd]|\\u00[01]/;

for (const kind of Object.keys(kinds) as Kind[]) {
  const { never, bytes, text } = kinds[kind];
  test(`${kind}: hostile names and lines mention nobody, format nothing, and are text`, async () => {
    const got = await send(kind, {});
    assert.doesNotMatch(got.text.replaceAll('\ufffd', ''), noText);
    assert.doesNotMatch(got.text, /"(markdown|mrkdwn_in":\["|html|parse_mode|monospace|client::display|entities)"/);
    if (!got.headers['content-type']?.includes('json')) return;
    const texts = text(JSON.parse(got.text) as Json);
    assert.ok(texts.length > 0 && texts.every((one) => typeof one === 'string' && one !== ''));
    for (const one of texts) assert.doesNotMatch(String(one), never);
  });

  test(`${kind}: what is far too long is cut to what the service takes, between characters`, async () => {
    for (const body of ['😀'.repeat(30_000), '"'.repeat(60_000), `${'\n'.repeat(30_000)}end`, '<'.repeat(30_000)]) {
      const got = await send(kind, { title: '😀'.repeat(5_000), body });
      assert.ok(kind === 'webhook' || Buffer.byteLength(got.text) <= bytes, `${Buffer.byteLength(got.text)} bytes`);
      assert.doesNotMatch(got.text, /\ufffd|\\ud[89a-f][0-9a-f]{2}/i);
    }
  });

  test(`${kind}: a message without a text is still one`, async () => {
    const got = await send(kind, { title: 'Done', body: '', url: null });
    assert.match(got.text, /Done/);
    assert.doesNotMatch(got.text, /"(message|content)":""/);
  });
}
