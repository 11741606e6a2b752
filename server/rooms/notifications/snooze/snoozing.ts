import type { Actor, LinkedSnooze, Silence } from '../../../../contract/index.ts';
import type { Clock } from '../../../clock/index.ts';
import { invalidInput } from '../../../errors/index.ts';
import { networkOf, Throttle, tooMany } from '../../../http/index.ts';
import type { Silences } from '../silences.ts';
import type { SnoozeLink, SnoozeLinks } from './links.ts';

interface Parts {
  clock: Clock;
  links: SnoozeLinks;
  silences: Silences;
}

/** No account can be called so: user names have no spaces. */
const linkName = 'a link in a message';

/** What whoever has a link may do, signed in or not: silence what that one message is about, look, and take it back. */
export class Snoozing {
  readonly #parts: Parts;
  readonly #networks: Throttle;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#networks = new Throttle({ clock: parts.clock, free: 20, longestWaitMs: 60_000, forgetMs: 3_600_000 });
  }

  /** @throws CHR_INVALID_INPUT, the same for what never was a link and for what is no more; 429 */
  async look(token: string, address: string): Promise<LinkedSnooze> {
    return this.#present(await this.#find(token, address));
  }

  /** Instead of what a link silenced before of the same. @throws CHR_INVALID_INPUT, 429 */
  async snooze(token: string, forMs: number, address: string): Promise<LinkedSnooze> {
    const link = await this.#find(token, address);
    const { silences, clock } = this.#parts;
    const earlier = this.#made(link);
    const until = new Date(clock.now() + forMs).toISOString();
    const reason = `Snoozed: ${link.title}`.slice(0, 100);
    const nothingElse = { events: [], hosts: [], stacks: [], tags: [], schedules: [] };
    const actor = actorAt(address);
    await silences.create({ ...nothingElse, reason, until, subjects: [link.subject] }, actor);
    await this.#endAll(earlier, actor);
    return this.#present(link);
  }

  /** Ends what links silenced, and nothing that somebody who was signed in did. @throws CHR_INVALID_INPUT, 429 */
  async takeBack(token: string, address: string): Promise<LinkedSnooze> {
    const link = await this.#find(token, address);
    await this.#endAll(this.#made(link), actorAt(address));
    return this.#present(link);
  }

  async #find(token: string, address: string): Promise<SnoozeLink> {
    const network = networkOf(address);
    const waitMs = this.#networks.waitMs(network);
    if (waitMs > 0) throw tooMany('attempts', waitMs);
    this.#networks.count(network);
    const link = await this.#parts.links.find(token);
    if (!link) throw invalidInput([{ path: 'token', message: 'is no link of a message, or is too old' }]);
    this.#networks.forgive(network);
    return link;
  }

  #made({ subject }: SnoozeLink): Silence[] {
    return this.#parts.silences
      .list()
      .filter(({ createdBy, subjects }) => createdBy === linkName && subjects.length === 1 && subjects[0] === subject);
  }

  /** Two at once may want to end the same: whoever comes second finds it ended, as it should be. */
  async #endAll(silences: readonly Silence[], actor: Actor): Promise<void> {
    const there = new Set(this.#parts.silences.list().map(({ id }) => id));
    for (const { id } of silences) if (there.has(id)) await this.#parts.silences.end(id, actor);
  }

  #present(link: SnoozeLink): LinkedSnooze {
    const until = this.#made(link).map((silence) => silence.until);
    return { title: link.title, until: until.sort().at(-1) ?? null };
  }
}

const actorAt = (address: string): Actor => ({ kind: 'user', id: null, name: linkName, address });
