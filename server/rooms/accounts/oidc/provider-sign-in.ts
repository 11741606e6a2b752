import * as v from 'valibot';
import type { OidcRefusal, OidcSecondFactor } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import { ChrontainerError } from '../../../errors/index.ts';
import { networkOf, Throttle } from '../../../http/index.ts';
import { OutboundError } from '../../../outbound/index.ts';
import type { Secrets } from '../../../secrets/index.ts';
import type { Place, SignedIn, SignIn } from '../sign-in.ts';
import type { User, Users } from '../users.ts';
import { personOf } from './claims.ts';
import type { Identities } from './identities.ts';
import type { Begun } from './party.ts';
import type { ProviderKeeper } from './provider-keeper.ts';
import { reasonOf } from './provider-keeper.ts';
import { SealedNote } from './sealed-note.ts';

interface Parts {
  clock: Clock;
  secrets: Secrets;
  users: Users;
  signIn: SignIn;
  keeper: ProviderKeeper;
  identities: Identities;
}

/** What came of a browser's return: it is in, its account asks for more, or it stays outside. */
export type Returned = { next: string } & (
  | { kind: 'in'; signedIn: SignedIn }
  | { kind: 'half'; half: string }
  | { kind: 'refused'; refusal: OidcRefusal }
);

/** For so long somebody may take to sign in at the provider, and then to show the second factor. */
export const begunMs = 10 * 60_000;

const begunNote = v.strictObject({
  state: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  isAgain: v.boolean(),
  next: v.string(),
});
const halfNote = v.strictObject({ userId: v.number(), isFresh: v.boolean() });

/** Sign-in by the OpenID provider: to it, back from it, and past the account's own second factor. */
export class ProviderSignIn {
  readonly #parts: Parts;
  readonly #returns: Throttle;
  readonly #begun: SealedNote<typeof begunNote>;
  readonly #half: SealedNote<typeof halfNote>;

  constructor(parts: Parts) {
    this.#parts = parts;
    // Nothing can be guessed here: this bounds what strangers make us ask the provider, and the activity log.
    this.#returns = new Throttle({ clock: parts.clock, free: 30, longestWaitMs: 10_000, forgetMs: 3_600_000 });
    this.#begun = new SealedNote(parts, { purpose: 'oidc-begun', schema: begunNote, lifeMs: begunMs });
    this.#half = new SealedNote(parts, { purpose: 'oidc-half', schema: halfNote, lifeMs: begunMs });
  }

  /**
   * Where the browser is to go, and what it carries meanwhile.
   * @throws CHR_NOT_FOUND where there is no provider
   */
  async start(
    redirectUri: string,
    { next, isAgain }: { next: string; isAgain: boolean },
  ): Promise<{ address: string; begun: string } | { refusal: OidcRefusal }> {
    const { party } = await this.#parts.keeper.open(redirectUri);
    try {
      const { address, ...begun } = await party.begin(isAgain);
      return { address, begun: this.#begun.write({ ...begun, next }) };
    } catch {
      return { refusal: 'unreachable' };
    }
  }

  /** @throws CHR_NOT_FOUND where there is no provider */
  async finish(
    redirectUri: string,
    query: Record<string, string>,
    begun: string | undefined,
    place: Place,
  ): Promise<Returned> {
    const carried = this.#begun.read(begun);
    if (!carried) return { kind: 'refused', refusal: 'expired', next: '/' };
    const { next, ...what } = carried;
    const network = networkOf(place.address);
    if (this.#returns.waitMs(network) > 0) return { kind: 'refused', refusal: 'busy', next };
    this.#returns.count(network);
    const found = await this.#find(redirectUri, query, what, place);
    if ('refusal' in found) return { kind: 'refused', refusal: found.refusal, next };
    this.#returns.forget(network);
    const { user, label } = found;
    try {
      const how = { label, isFresh: what.isAgain };
      return { kind: 'in', signedIn: await this.#parts.signIn.signInByProvider(user, {}, place, how), next };
    } catch (error) {
      if (!(error instanceof ChrontainerError)) throw error;
      if (error.code !== 'CHR_SECOND_FACTOR') return { kind: 'refused', refusal: 'busy', next };
      return { kind: 'half', half: this.#half.write({ userId: user.id, isFresh: what.isAgain }), next };
    }
  }

  /**
   * For whoever the provider has named, and whose account asks for more; without anything given it says what.
   * @throws CHR_SECOND_FACTOR, CHR_CONFLICT when too long has passed, 429
   */
  async showSecondFactor(half: string | undefined, given: OidcSecondFactor, place: Place): Promise<SignedIn> {
    const { keeper, users, signIn } = this.#parts;
    const carried = this.#half.read(half);
    const provider = await keeper.look();
    const user = carried && provider?.enabled ? await users.find(carried.userId) : undefined;
    if (!carried || !provider || !user?.isEnabled) {
      throw new ChrontainerError('CHR_CONFLICT', 'This took too long: begin the sign-in anew.');
    }
    return signIn.signInByProvider(user, given, place, { label: provider.label, isFresh: carried.isFresh });
  }

  /** Whom the provider means. What stands in the way is told to the activity log in full, and to the browser in a word. */
  async #find(
    redirectUri: string,
    query: Record<string, string>,
    begun: Begun,
    place: Place,
  ): Promise<{ user: User; label: string } | { refusal: OidcRefusal }> {
    const { keeper, identities, signIn } = this.#parts;
    const { provider, party } = await keeper.open(redirectUri);
    try {
      const groupsClaim = provider.kind === 'github' ? 'groups' : provider.groupsClaim;
      const person = personOf(await party.finish(query, begun), groupsClaim);
      const found = await identities.find(person, provider);
      if (!('refusal' in found)) return { user: found, label: provider.label };
      await signIn.recordProviderFailure(found.user, place, found.why);
      return { refusal: found.refusal };
    } catch (error) {
      await signIn.recordProviderFailure(undefined, place, reasonOf(error));
      return { refusal: isOutbound(error) ? 'unreachable' : 'refused' };
    }
  }
}

const isOutbound = (error: unknown): boolean =>
  error instanceof OutboundError || (error instanceof Error && isOutbound(error.cause));
