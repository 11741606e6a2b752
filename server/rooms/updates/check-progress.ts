import type { Container, UpdateCheck } from '../../../contract/index.ts';
import type { Bus } from '../../bus/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Rights } from '../../policy/index.ts';

interface Entry {
  container: Container;
  isDone: boolean;
  hasUpdate: boolean;
}

/** Progress is told so often at most. */
const tellEveryMs = 250;

/** How far the checks are that somebody asked for; those that are asked for meanwhile join in. */
export class CheckProgress {
  readonly #bus: Bus;
  readonly #clock: Clock;
  #entries = new Map<string, Entry>();
  #startedAt: number | null = null;
  #finishedAt: number | null = null;
  #isTelling = false;

  constructor({ bus, clock }: { bus: Bus; clock: Clock }) {
    this.#bus = bus;
    this.#clock = clock;
  }

  begin(containers: readonly Container[]): void {
    if (!this.#isRunning) {
      this.#entries = new Map();
      this.#startedAt = this.#clock.now();
      this.#finishedAt = null;
    }
    for (const container of containers) {
      this.#entries.set(keyOf(container), { container, isDone: false, hasUpdate: false });
    }
    this.#tell();
  }

  done(containers: readonly Container[], hasUpdate: (container: Container) => boolean): void {
    for (const container of containers) {
      const entry = this.#entries.get(keyOf(container));
      if (entry) Object.assign(entry, { isDone: true, hasUpdate: hasUpdate(container) });
    }
    if ([...this.#entries.values()].every(({ isDone }) => isDone)) this.#finishedAt = this.#clock.now();
    this.#tellSoon();
  }

  /** As far as somebody sees the containers. */
  seenBy(rights: Rights): UpdateCheck {
    return this.#count([...this.#entries.values()].filter(({ container }) => rights.can('view', container)));
  }

  #count(seen: readonly Entry[]): UpdateCheck {
    return {
      running: this.#isRunning,
      total: seen.length,
      done: seen.filter(({ isDone }) => isDone).length,
      found: seen.filter(({ hasUpdate }) => hasUpdate).length,
      startedAt: instant(this.#startedAt),
      finishedAt: instant(this.#finishedAt),
    };
  }

  get #isRunning(): boolean {
    return this.#startedAt !== null && this.#finishedAt === null;
  }

  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#clock.after(tellEveryMs, () => {
      this.#isTelling = false;
      this.#tell();
    });
  }

  #tell(): void {
    this.#bus.emit('updates.progress', {
      whole: this.#count([...this.#entries.values()]),
      seenBy: (rights) => this.seenBy(rights),
    });
  }
}

const keyOf = ({ hostId, name }: Container): string => `${hostId}/${name}`;
const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
