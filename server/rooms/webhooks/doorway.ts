import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Run } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ChrontainerError, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import { Budget, networkOf, networksOf } from '../../http/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Deeds } from './deed.ts';
import type { Signed } from './signature.ts';
import { readSignature, windowMs } from './signature.ts';
import type { WebhookRecord, WebhookStore } from './store.ts';
import { hashToken, secretPlace } from './webhooks.ts';

interface Parts {
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  store: WebhookStore;
  deeds: Deeds;
  /** What a role grants as things stand. */
  rightsOf(role: string): Rights;
}

/** A call from outside. */
export interface Knock extends Signed {
  token: string;
  method: string;
  address: string;
}

/** So many unknown tokens a minute one network may try; a known one is never held up by that. */
const guessesPerMinute = 30;

/** Where calls from outside come in. */
export class Doorway {
  readonly #parts: Parts;
  readonly #calls: Budget;
  readonly #guesses: Budget;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#calls = new Budget(parts.clock, 'webhook');
    this.#guesses = new Budget(parts.clock, 'webhook-tokens');
  }

  /**
   * Begins what the webhook does, in its owner's name and with his rights as they stand.
   * @throws CHR_NOT_FOUND for a token that is none, or from an address that may not call; CHR_TOO_MANY_REQUESTS; and
   * what else stands against it, which is on record with the webhook
   */
  async knock(knock: Knock): Promise<{ run: Run; headers: Record<string, string> }> {
    const record = await this.#find(knock);
    const { isWithin, headers } = this.#calls.spend(String(record.id), record.perMinute);
    if (!isWithin) throw tooMany(headers);
    try {
      await this.#check(record, knock);
      const run = await this.#parts.deeds.begin(record.does, this.#callerOf(record, knock.address));
      await this.#note(record, knock, { message: null, runId: run.id });
      return { run, headers };
    } catch (error) {
      if (error instanceof ChrontainerError) await this.#note(record, knock, { message: error.message, runId: null });
      throw error;
    }
  }

  /** A token that is unknown costs the same as one that may not be used from there, and reads the same. */
  async #find({ token, address }: Knock): Promise<WebhookRecord> {
    const hash = hashToken(token);
    const found = await this.#parts.store.findByHash(hash);
    if (found && timingSafeEqual(Buffer.from(found.hash), Buffer.from(hash)) && isAllowed(found, address)) return found;
    const { isWithin, headers } = this.#guesses.spend(networkOf(address), guessesPerMinute);
    if (!isWithin) throw tooMany(headers);
    throw notFound('There is no such webhook.');
  }

  async #check(record: WebhookRecord, { method, ...signed }: Knock): Promise<void> {
    if (method === 'GET' && !record.allowGet) {
      const detail = 'This webhook is called by POST; GET can be allowed for it.';
      throw new ChrontainerError('CHR_METHOD_NOT_ALLOWED', detail, { headers: { Allow: 'POST' } });
    }
    if (!record.enabled) throw new ChrontainerError('CHR_FORBIDDEN', 'This webhook is switched off.');
    if (!record.owner.isEnabled) throw new ChrontainerError('CHR_FORBIDDEN', 'The owner of this webhook is disabled.');
    if (record.secret === null) return;
    const { secrets, clock, store } = this.#parts;
    const seal = readSignature(signed, secrets.open(record.secret, secretPlace(record.id)), clock.now());
    if ('fault' in seal) throw new ChrontainerError('CHR_UNAUTHENTICATED', `The call is refused: ${seal.fault}.`);
    const now = clock.now();
    // A timestamp may lie ahead by the window, and is good for the window after that.
    const isFirst = await store.isFirst(record.id, seal.digest, now, now - 3 * windowMs);
    if (!isFirst) throw new ChrontainerError('CHR_CONFLICT', 'The call is refused: it was sent before.');
  }

  #callerOf({ id, name, owner }: WebhookRecord, address: string): Caller {
    return {
      actor: { kind: 'webhook', id, name, address },
      userId: owner.id,
      username: owner.username,
      role: owner.role,
      rights: this.#parts.rightsOf(owner.role),
      session: null,
    };
  }

  async #note(record: WebhookRecord, { address }: Knock, how: { message: string | null; runId: string | null }) {
    const { store, clock, activity } = this.#parts;
    await store.noteCall(record.id, { at: clock.now(), address, ...how });
    if (how.runId !== null) return;
    const actor = { kind: 'webhook', id: record.id, name: record.name, address } as const;
    const line = { actor, action: 'webhook.call', target: record.name, message: how.message };
    await activity.record({ ...line, result: 'refused' });
  }
}

const isAllowed = ({ allowedAddresses }: WebhookRecord, address: string): boolean =>
  allowedAddresses.length === 0 ||
  networksOf(allowedAddresses).networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const tooMany = (headers: Record<string, string>): ChrontainerError =>
  new ChrontainerError('CHR_TOO_MANY_REQUESTS', 'Too many calls: try again in a minute.', { headers });
