import type { Transaction } from 'kysely';
import type {
  Passkey,
  PasskeyOptions,
  PasskeyRegistration,
  PasskeyShown,
  RecoveryCodes,
} from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import { Challenges } from './challenges.ts';
import type { Site } from './passkey-check.ts';
import { checkMade, checkShown, optionsToMake, optionsToShow } from './passkey-check.ts';
import { PasskeyStore } from './passkey-store.ts';
import { siteOf } from './site.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  baseUrl: string | null;
  /** What the first second factor of an account brings: recovery codes; none where it has some. */
  firstCodes(userId: number, trx: Transaction<Tables>): Promise<RecoveryCodes>;
  /** What goes with the last one. */
  onRemoved(userId: number, trx: Transaction<Tables>): Promise<void>;
  endOthers(caller: Caller, trx: Transaction<Tables>): Promise<void>;
}

/** An authenticator counts a lot for one account; a browser shows no more than these anyway. */
const mostPerAccount = 20;
const signingIn = 'sign-in';

/** Keys that devices and browsers keep: they sign in without a password, and count as a second factor beside one. */
export class Passkeys {
  readonly #parts: Parts;
  readonly #store: PasskeyStore;
  readonly #challenges: Challenges;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new PasskeyStore(parts.db);
    this.#challenges = new Challenges(parts.clock);
  }

  listOf(userId: number): Promise<Passkey[]> {
    return this.#store.listOf(userId);
  }

  /** @throws CHR_CONFLICT at an address that can have none, or with very many */
  async begin({ userId, username }: Caller, host: string): Promise<PasskeyOptions> {
    const site = this.#siteOf(host);
    if ((await this.#store.listOf(userId)).length >= mostPerAccount) {
      throw new ChrontainerError('CHR_CONFLICT', `There are ${mostPerAccount} passkeys: remove one first.`);
    }
    const known = await this.#store.idsAt(userId, site.rpId);
    const challenge = this.#challenges.make(making(userId));
    return optionsToMake({ site, challenge, username, userHandle: await this.#handleOf(userId, challenge), known });
  }

  /** @throws CHR_INVALID_INPUT for what was not made for a challenge of ours, here */
  async add({ name, made }: PasskeyRegistration, caller: Caller, host: string): Promise<RecoveryCodes> {
    const { userId } = caller;
    const site = this.#siteOf(host);
    let challenge = '';
    const key = await checkMade(made, site, (text) => {
      challenge = text;
      return this.#challenges.isGood(text, making(userId));
    });
    if (key === null || !this.#challenges.use(challenge)) throw notMade('was not made here just now; try again');
    if (await this.#store.knows(key.credentialId)) throw notMade('is known already');
    const userHandle = await this.#handleOf(userId, Buffer.from(challenge, 'base64url'));
    const transports = made.response.transports ?? [];
    return this.#parts.db.transaction().execute(async (trx) => {
      const fresh = { ...key, userId, name, userHandle, site: site.rpId, transports };
      await this.#store.add(fresh, this.#parts.clock.now(), trx);
      await this.#parts.endOthers(caller, trx);
      await this.#record(caller, 'passkey.create', name, trx);
      return this.#parts.firstCodes(userId, trx);
    });
  }

  /** @throws CHR_NOT_FOUND */
  async rename(id: number, name: string, caller: Caller): Promise<Passkey> {
    const before = await this.#get(id, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#store.rename(id, name, trx);
      await this.#record(caller, 'passkey.update', `${before.name} → ${name}`, trx);
    });
    return { ...before, name };
  }

  /** Whoever holds it comes in no more; what it led in before ends. @throws CHR_NOT_FOUND */
  async remove(id: number, caller: Caller): Promise<void> {
    const { name } = await this.#get(id, caller);
    await this.#parts.db.transaction().execute(async (trx) => {
      await this.#store.remove(id, trx);
      await this.#parts.endOthers(caller, trx);
      await this.#parts.onRemoved(caller.userId, trx);
      await this.#record(caller, 'passkey.delete', name, trx);
    });
  }

  /** What a browser is asked with to sign in, or to confirm a sign-in. @throws CHR_CONFLICT */
  challenge(host: string): Promise<PasskeyOptions> {
    return optionsToShow(this.#siteOf(host), this.#challenges.make(signingIn));
  }

  /** Whose passkey this is; null when anything is wrong with it. Each challenge counts once. */
  async check(shown: PasskeyShown, host: string): Promise<{ userId: number; name: string } | null> {
    const site = this.#siteOf(host);
    const known = await this.#store.findAt(site.rpId, shown.id);
    if (!known) return null;
    let challenge = '';
    const counter = await checkShown(shown, known, site, (text) => {
      challenge = text;
      return this.#challenges.isGood(text, signingIn);
    });
    if (counter === null || !this.#challenges.use(challenge)) return null;
    const isNoted = await this.#store.noteUse(known.id, known.counter, counter, this.#parts.clock.now());
    return isNoted ? { userId: known.userId, name: known.name } : null;
  }

  /** At random, so that it tells nothing of the account: that of the challenge which the first passkey was made for. */
  async #handleOf(userId: number, challenge: Buffer): Promise<string> {
    return (await this.#store.handleOf(userId)) ?? this.#challenges.nonceOf(challenge);
  }

  async #get(id: number, { userId }: Caller): Promise<Passkey> {
    const found = await this.#store.find(userId, id);
    if (!found) throw notFound(`There is no passkey ${id} of yours.`);
    return found;
  }

  async #record({ actor, username: target }: Caller, action: string, message: string, trx: Transaction<Tables>) {
    await this.#parts.activity.record({ actor, action, target, result: 'ok', message }, trx);
  }

  #siteOf(host: string): Site {
    return siteOf(this.#parts.baseUrl, host);
  }
}

const making = (userId: number): string => `make ${userId}`;

const notMade = (message: string): ChrontainerError => invalidInput([{ path: 'made', message }]);
