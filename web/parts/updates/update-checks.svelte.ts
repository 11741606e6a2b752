import type { Container } from '../../../contract/containers.ts';
import type { UpdateCheck } from '../../../contract/updates.ts';
import type { Api } from '../../api/client.ts';
import { reasonOf } from '../../api/problem.ts';
import type { Announcer } from '../../live/announcer.svelte.ts';
import type { Toasts } from '../../primitives/toasts.svelte.ts';
import { t, tn } from '../../text/t.ts';

/** So many containers can be named in one call. */
const mostTargets = 5_000;

/** Checks for newer images that somebody asked for, as the stream tells of them. */
export class UpdateChecks {
  latest = $state.raw<UpdateCheck | null>(null);
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #announcer: Announcer;
  /** The check that was begun here: its end is said aloud here alone. */
  #ownStart: string | null = null;

  constructor(api: Api, toasts: Toasts, announcer: Announcer) {
    this.#api = api;
    this.#toasts = toasts;
    this.#announcer = announcer;
  }

  get isRunning(): boolean {
    return this.latest?.running ?? false;
  }

  /** `Checking 3 of 12`. */
  get words(): string {
    const { done = 0, total = 0 } = this.latest ?? {};
    return t('updates.checking', { done, total });
  }

  put(check: UpdateCheck): void {
    this.latest = check;
    if (!check.running) this.#tellEnd(check);
  }

  /** @param containers undefined: all */
  async check(containers?: readonly Container[]): Promise<void> {
    const targets = containers?.slice(0, mostTargets).map(({ hostId, name }) => ({ hostId, container: name }));
    try {
      const check = await this.#api.post<UpdateCheck>('/updates/check', targets ? { targets } : {});
      this.#ownStart = check.startedAt;
      // The stream may have been faster.
      if (this.latest?.startedAt === check.startedAt) this.put(this.latest);
      else this.put(check);
    } catch (error) {
      this.#toasts.show({ text: reasonOf(error), tone: 'bad' });
    }
  }

  #tellEnd({ startedAt, total, found }: UpdateCheck): void {
    if (startedAt === null || startedAt !== this.#ownStart) return;
    this.#ownStart = null;
    const text = found === 0 ? tn('updates.foundNone', total) : tn('updates.found', found, { total });
    this.#announcer.say(text);
    this.#toasts.show({ text });
  }
}
