import * as v from 'valibot';
import type { OidcRefusal, OidcSecondFactor } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import { ChrontainerError } from '../../../errors/index.ts';
import type { Caller } from '../../../http/index.ts';
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
export type Returned = { next: string; isLinking: boolean } & Outcome;

type Outcome =
  | { kind: 'in'; signedIn: SignedIn }
  | { kind: 'half'; half: string }
  | { kind: 'linked' }
  | { kind: 'refused'; refusal: OidcRefusal };

interface Returning {
  redirectUri: string;
  query: Record<string, string>;
  begun: Begun;
  /** Who is signed in, and links his account. */
  owner: Caller | undefined;
}

/** For so long somebody may take to sign in at the provider, and then to show the second factor. */
export const begunMs = 10 * 60_000;

const begunNote = v.strictObject({
  state: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  isAgain: v.boolean(),
  next: v.string(),
  /** The account that is to be linked, by whoever is signed in to it; null: somebody signs in. */
  linkTo: v.nullable(v.number()),
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
    { next, isAgain, linkTo = null }: { next: string; isAgain: boolean; linkTo?: number | null },
  ): Promise<{ address: string; begun: string } | { refusal: OidcRefusal }> {
    const { party } = await this.#parts.keeper.open(redirectUri);
    try {
      const { address, ...begun } = await party.begin(isAgain);
      return { address, begun: this.#begun.write({ ...begun, next, linkTo }) };
    } catch {
      return { refusal: 'unreachable' };
    }
  }

  /** @throws CHR_NOT_FOUND where there is no provider */
  async finish(
    redirectUri: string,
    query: Record<string, string>,
    begun: string | undefined,
    { place, caller }: { place: Place; caller: Caller | undefined },
  ): Promise<Returned> {
    const carried = this.#begun.read(begun);
    if (!carried) return { kind: 'refused', refusal: 'expired', next: '/', isLinking: false };
    const { next, linkTo, ...what } = carried;
    const isLinking = linkTo !== null;
    if (isLinking && caller?.userId !== linkTo) return { kind: 'refused', refusal: 'expired', next, isLinking };
    const owner = isLinking ? caller : undefined;
    return { ...(await this.#finish({ redirectUri, query, begun: what, owner }, place)), next, isLinking };
  }

  async #finish(returning: Returning, place: Place): Promise<Outcome> {
    const network = networkOf(place.address);
    if (this.#returns.waitMs(network) > 0) return { kind: 'refused', refusal: 'busy' };
    this.#returns.count(network);
    const found = await this.#find(returning, place);
    if ('refusal' in found) return { kind: 'refused', refusal: found.refusal };
    this.#returns.forget(network);
    if (returning.owner) return { kind: 'linked' };
    const { user, label } = found;
    const isFresh = returning.begun.isAgain;
    try {
      return { kind: 'in', signedIn: await this.#parts.signIn.signInByProvider(user, {}, place, { label, isFresh }) };
    } catch (error) {
      if (!(error instanceof ChrontainerError)) throw error;
      if (error.code !== 'CHR_SECOND_FACTOR') return { kind: 'refused', refusal: 'busy' };
      return { kind: 'half', half: this.#half.write({ userId: user.id, isFresh }) };
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
    { redirectUri, query, begun, owner }: Returning,
    place: Place,
  ): Promise<{ user: User; label: string } | { refusal: OidcRefusal }> {
    const { keeper, identities, signIn } = this.#parts;
    const { provider, party } = await keeper.open(redirectUri);
    try {
      const groupsClaim = provider.kind === 'github' ? 'groups' : provider.groupsClaim;
      const person = personOf(await party.finish(query, begun), groupsClaim);
      const user = owner && (await this.#parts.users.find(owner.userId));
      const found = await (owner && user
        ? identities.linkOwn(user, person, provider, owner.actor)
        : identities.find(person, provider));
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
