import type { Transaction } from 'kysely';
import type { PasskeyShown, RecoveryCodes, SecondFactor, TotpStart } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import type { Database, Tables } from '../../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
import { Throttle, tooMany } from '../../../http/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { ActivityLog } from '../../activity/index.ts';
import type { Sessions } from '../sessions.ts';
import { Passkeys } from './passkeys.ts';
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-codes.ts';
import { SecondFactorStore } from './store.ts';
import { makeTotpSecret, stepOfCode, totpUri } from './totp.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  sessions: Sessions;
  /** Where users reach the program; null: wherever they came. */
  baseUrl: string | null;
}

/** What was given beside the password. */
export interface GivenFactor {
  totp?: string | undefined;
  recoveryCode?: string | undefined;
  passkey?: PasskeyShown | undefined;
}

/** In which way somebody got in, in the words of the activity log. */
export type FactorWords = 'with a code' | 'with a recovery code' | 'with a passkey';

/** What is asked for beside the password: codes of an app, passkeys, and codes for when they are lost. */
export class SecondFactors {
  readonly #parts: Parts;
  readonly #store: SecondFactorStore;
  readonly #tries: Throttle;
  readonly passkeys: Passkeys;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#store = new SecondFactorStore(parts);
    // Only who knows the password comes here, so that no stranger can keep the owner out by this.
    this.#tries = new Throttle({ clock: parts.clock, free: 10, longestWaitMs: 15 * 60_000, forgetMs: 3_600_000 });
    this.passkeys = new Passkeys({
      ...parts,
      firstCodes: (userId, trx) => this.#firstCodes(userId, trx),
      onRemoved: (userId, trx) => this.#onPasskeyRemoved(userId, trx),
      endOthers: ({ userId, session }, trx) => parts.sessions.endOthersOf(userId, session?.hash ?? '', trx),
    });
  }

  guarded(): Promise<Set<number>> {
    return this.#store.guarded();
  }

  /** What would do beside the password; nothing: it alone leads in. */
  async waysOf(userId: number): Promise<('totp' | 'recoveryCode' | 'passkey')[]> {
    if (!(await this.#store.guarded()).has(userId)) return [];
    const { totpSince, recoveryCodesLeft, passkeys } = await this.stateOf(userId);
    return [
      ...(totpSince === null ? [] : (['totp'] as const)),
      ...(recoveryCodesLeft === 0 ? [] : (['recoveryCode'] as const)),
      ...(passkeys.length === 0 ? [] : (['passkey'] as const)),
    ];
  }

  async stateOf(userId: number): Promise<SecondFactor> {
    const totp = await this.#store.totpOf(userId);
    const confirmedAt = totp?.confirmedAt ?? null;
    return {
      totpSince: confirmedAt === null ? null : new Date(confirmedAt).toISOString(),
      recoveryCodesLeft: await this.#store.codesLeft(userId),
      passkeys: await this.passkeys.listOf(userId),
    };
  }

  /**
   * Whether what was given leads in; each code does so once.
   * @returns how, or null when it is wrong
   * @throws 429 after many wrong ones
   */
  async check(userId: number, given: GivenFactor, host: string): Promise<FactorWords | null> {
    const key = String(userId);
    const waitMs = this.#tries.waitMs(key);
    if (waitMs > 0) throw tooMany('wrong codes', waitMs);
    this.#tries.count(key);
    const words = await this.#find(userId, given, host);
    if (words !== null) this.#tries.forget(key);
    return words;
  }

  /** A new secret for an app; codes are asked for once the app has shown one. @throws CHR_CONFLICT when they are */
  async begin({ userId, username }: Caller): Promise<TotpStart> {
    if ((await this.#store.totpOf(userId))?.confirmedAt != null) throw alreadyOn();
    const secret = await makeTotpSecret();
    await this.#store.begin(userId, secret, this.#parts.clock.now());
    return { secret, uri: await totpUri(secret, username) };
  }

  /** @throws CHR_INVALID_INPUT for a wrong code, CHR_CONFLICT when nothing was begun */
  async confirm(code: string, caller: Caller): Promise<RecoveryCodes> {
    const { userId } = caller;
    const totp = await this.#store.totpOf(userId);
    if (!totp) throw new ChrontainerError('CHR_CONFLICT', 'Begin first: there is no secret that a code could be of.');
    if (totp.confirmedAt !== null) throw alreadyOn();
    if ((await this.check(userId, { totp: code }, '')) === null) {
      throw invalidInput([{ path: 'code', message: 'is not the code of now; check the clock of your device' }]);
    }
    return this.#change(caller, 'second-factor.enable', async (trx) => {
      await this.#store.confirm(userId, this.#parts.clock.now(), trx);
      return this.#renew(userId, trx);
    });
  }

  /** Asks for codes no more. Recovery codes stay where a passkey still needs them. @throws CHR_NOT_FOUND */
  async disable(caller: Caller): Promise<void> {
    const { userId } = caller;
    if ((await this.#store.totpOf(userId))?.confirmedAt == null) throw notFound('Codes of an app are not asked for.');
    const isStillGuarded = await this.#store.hasPasskey(userId);
    await this.#change(caller, 'second-factor.disable', async (trx) => {
      await this.#store.removeTotp(userId, trx);
      if (!isStillGuarded) await this.#store.replaceCodes(userId, [], trx);
    });
  }

  /** @throws CHR_CONFLICT where the password alone leads in */
  async renewCodes(caller: Caller): Promise<RecoveryCodes> {
    if (!(await this.guarded()).has(caller.userId)) {
      throw new ChrontainerError('CHR_CONFLICT', 'There is no second factor that they could stand in for.');
    }
    return this.#change(caller, 'second-factor.codes', (trx) => this.#renew(caller.userId, trx));
  }

  /** For an account whose owner has lost it all: everything beside the password goes. */
  async removeAll(userId: number, trx: Transaction<Tables>): Promise<void> {
    await this.#store.removeTotp(userId, trx);
    await this.#store.replaceCodes(userId, [], trx);
    await trx.deleteFrom('passkeys').where('user_id', '=', userId).execute();
  }

  async #find(userId: number, given: GivenFactor, host: string): Promise<FactorWords | null> {
    const { totp, recoveryCode, passkey } = given;
    if (passkey !== undefined) {
      const shown = await this.passkeys.check(passkey, host);
      return shown?.userId === userId ? 'with a passkey' : null;
    }
    if (totp !== undefined && (await this.#takeCode(userId, totp))) return 'with a code';
    if (recoveryCode === undefined) return null;
    const hash = hashRecoveryCode(userId, recoveryCode);
    return (await this.#store.useCode(userId, hash, this.#parts.clock.now())) ? 'with a recovery code' : null;
  }

  async #takeCode(userId: number, code: string): Promise<boolean> {
    const totp = await this.#store.totpOf(userId);
    const step = totp && (await stepOfCode(totp.secret, code, this.#parts.clock.now()));
    return step != null && (await this.#store.useStep(userId, step));
  }

  /** Whoever was signed in elsewhere came in by less: those sessions end. */
  async #change<T>(caller: Caller, action: string, act: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const { actor, username: target, userId, session } = caller;
    return this.#parts.db.transaction().execute(async (trx) => {
      const result = await act(trx);
      await this.#parts.sessions.endOthersOf(userId, session?.hash ?? '', trx);
      await this.#parts.activity.record({ actor, action, target, result: 'ok' }, trx);
      return result;
    });
  }

  /** None where there are some already, which an app brought. */
  async #firstCodes(userId: number, trx: Transaction<Tables>): Promise<RecoveryCodes> {
    const left = trx.selectFrom('recovery_codes').select('id').where('user_id', '=', userId);
    const hasSome = await left.where('used_at', 'is', null).executeTakeFirst();
    return hasSome ? { recoveryCodes: [] } : this.#renew(userId, trx);
  }

  /** With the last second factor go the codes that stand in for it. */
  async #onPasskeyRemoved(userId: number, trx: Transaction<Tables>): Promise<void> {
    const key = trx.selectFrom('passkeys').select('id').where('user_id', '=', userId).executeTakeFirst();
    const app = trx
      .selectFrom('totp_secrets')
      .select('id')
      .where('id', '=', userId)
      .where('confirmed_at', 'is not', null);
    if ((await key) || (await app.executeTakeFirst())) return;
    await this.#store.replaceCodes(userId, [], trx);
  }

  async #renew(userId: number, trx: Transaction<Tables>): Promise<RecoveryCodes> {
    const recoveryCodes = makeRecoveryCodes();
    const hashes = recoveryCodes.map((code) => hashRecoveryCode(userId, code));
    await this.#store.replaceCodes(userId, hashes, trx);
    return { recoveryCodes };
  }
}

const alreadyOn = (): ChrontainerError =>
  new ChrontainerError('CHR_CONFLICT', 'Codes of an app are asked for already: switch that off first.');
