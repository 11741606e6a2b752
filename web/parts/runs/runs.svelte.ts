import type { Page } from '../../../contract/common.ts';
import type { Run, RunStep } from '../../../contract/runs.ts';
import type { Api } from '../../api/client.ts';
import { Collection } from '../../live/collection.svelte.ts';
import type { ContainerKey } from '../containers/identity.ts';
import { isFinal, keyOfTarget, whenOf } from './outcome.ts';

const day = 86_400_000;
/** How many runs a tab keeps; the Runs page reads older ones from the server. */
const kept = 2000;
/** How often a run that someone waits for is asked for, in case its event does not come. */
const askMs = 4000;

/** The runs of the last day, live, and what they do at this moment. */
export class Runs {
  readonly recent: Collection<string, Run>;
  readonly newestFirst: Run[] = $derived.by(() =>
    [...this.recent.items.values()].sort((a, b) => whenOf(b) - whenOf(a)),
  );
  /** What is under way on which container. */
  readonly acting: Map<ContainerKey, RunStep['action']> = $derived.by(() => actingOf(this.newestFirst));
  /** The IDs of those that are not over. */
  readonly underWay: ReadonlySet<string> = $derived(
    new Set(this.newestFirst.filter(({ outcome }) => !isFinal(outcome)).map(({ id }) => id)),
  );
  readonly #api: Api;
  readonly #waiting = new Map<string, ((run: Run) => void)[]>();

  constructor(api: Api) {
    this.#api = api;
    this.recent = new Collection(
      (run) => run.id,
      (cursor) => api.get<Page<Run>>('/runs', { from: new Date(Date.now() - day).toISOString(), limit: 1000, cursor }),
      { maxPages: 1 },
    );
  }

  put(run: Run): void {
    this.recent.put(run);
    if (isFinal(run.outcome)) this.#wake(run);
    if (this.recent.items.size > kept) this.#forgetOldest();
  }

  /** The run once it has ended, however long that takes. */
  async whenFinished(id: string): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<Run>();
    const known = this.recent.items.get(id);
    if (known && isFinal(known.outcome)) return known;
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]);
    const timer = setInterval(() => void this.#ask(id), askMs);
    return promise.finally(() => clearInterval(timer));
  }

  async #ask(id: string): Promise<void> {
    try {
      this.put(await this.#api.get<Run>(`/runs/${encodeURIComponent(id)}`));
    } catch (error) {
      // The next question comes in a moment; the header already says that the connection is gone.
      if (!(error instanceof Error)) throw error;
    }
  }

  #wake(run: Run): void {
    for (const resolve of this.#waiting.get(run.id) ?? []) resolve(run);
    this.#waiting.delete(run.id);
  }

  #forgetOldest(): void {
    const oldest = this.newestFirst.findLast((run) => isFinal(run.outcome));
    if (oldest) this.recent.items.delete(oldest.id);
  }
}

function actingOf(runs: Run[]): Map<ContainerKey, RunStep['action']> {
  const steps = runs.filter((run) => !isFinal(run.outcome)).flatMap((run) => run.steps);
  const acting = new Map<ContainerKey, RunStep['action']>();
  for (const { action, targets } of steps) {
    for (const target of targets) {
      const key = keyOfTarget(target);
      if (key !== null && !isFinal(target.outcome)) acting.set(key, action);
    }
  }
  return acting;
}
