import { createHash } from 'node:crypto';
import type { Outbound } from '../../outbound/index.ts';
import { OutboundError } from '../../outbound/index.ts';
import type { Message } from './channels/channel.ts';
import { email } from './channels/email.ts';
import type { Tried } from './channels/tried.ts';
import type { Channels } from './channels.ts';

/** A letter to one address, beside all rules: it is neither kept nor tried again, and stands in no list of deliveries. */
export interface Letter {
  to: string;
  title: string;
  body: string;
  url: string | null;
}

/** Sends letters by a channel of e-mail, as its server takes them. */
export class Post {
  readonly #channels: Channels;
  readonly #outbound: Outbound;

  constructor(channels: Channels, outbound: Outbound) {
    this.#channels = channels;
    this.#outbound = outbound;
  }

  /** The enabled channels of e-mail. */
  list(): { id: number; name: string }[] {
    const usable = this.#channels.list().filter(({ kind, enabled }) => kind === 'email' && enabled);
    return usable.map(({ id, name }) => ({ id, name }));
  }

  /**
   * Tells one server and sender from others, so that whoever chose a channel notices when somebody else has changed
   * where it leads; null where there is no such channel.
   */
  fingerprintOf(id: number): string | null {
    if (!this.list().some((one) => one.id === id)) return null;
    const { to: _to, ...config } = this.#channels.get(id).config;
    const named = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, 32);
  }

  /** Whatever stands in the way is an answer as well. @throws CHR_NOT_FOUND, CHR_SECRET_UNREADABLE */
  async send(id: number, { to, ...words }: Letter, at: number, signal: AbortSignal): Promise<Tried> {
    const { kind, config, secrets } = this.#channels.targetOf(id);
    if (kind !== 'email') return { ok: false, status: null, answer: 'the channel is none of e-mail', mayRetry: false };
    const told = {
      severity: 'info',
      event: 'account',
      at,
      sentAt: at,
      runId: null,
      snooze: null,
      request: null,
      facts: null,
    } as const;
    const message: Message = { ...words, ...told, id: `${to} ${at} ${words.title}` };
    try {
      return await email(message, { config: { ...config, to: [to] }, secrets }, { outbound: this.#outbound, signal });
    } catch (error) {
      if (error instanceof OutboundError) return { ok: false, status: null, answer: error.message, mayRetry: false };
      throw error;
    }
  }
}
