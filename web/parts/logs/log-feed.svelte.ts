import type { LogLine, LogPage, LogState } from '../../../contract/logs.ts';
import type { Api } from '../../api/client.ts';
import { apiPath } from '../../router/base.ts';
import type { Query } from '../../router/match.ts';
import { queryString } from '../../router/match.ts';
import { LogLines } from './log-lines.ts';
import { refOf } from './log-query.ts';

/** Lines are shown together this often, so that a flood redraws the page seldom. */
const batchMs = 100;
const firstLines = 1000;
const earlierLines = 2000;
const retryMs = 3000;

/** The lines of a set of containers, of before and as they are written. */
export class LogFeed {
  /** Grows with each change of the lines: they themselves are too many to be watched one by one. */
  version = $state(0);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  isFollowing = $state(false);
  hasEarlier = $state(true);
  isLoadingEarlier = $state(false);
  /** What became of containers that do not simply go on, by their reference. */
  states = $state.raw(new Map<string, LogState>());
  readonly lines = new LogLines();
  readonly #api: Api;
  readonly #path: string;
  readonly #query: Query;
  #source: EventSource | null = null;
  #batch: LogLine[] = [];
  #flush: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #cursor: string | null = null;

  /** @param path of the API, for one container or for many */
  constructor(api: Api, path: string, query: Query) {
    this.#api = api;
    this.#path = path;
    this.#query = query;
  }

  /** Shows the last lines and follows until `close`. */
  follow(): void {
    this.close();
    this.lines.clear();
    this.#cursor = null;
    this.hasEarlier = true;
    const source = new EventSource(
      `${apiPath}${this.#path}${queryString({ ...this.#query, follow: 'true', tail: firstLines })}`,
    );
    this.#source = source;
    this.isFollowing = true;
    source.addEventListener('open', () => (this.state = 'ready'));
    source.addEventListener('log', (event: MessageEvent<string>) => this.#take(JSON.parse(event.data)));
    source.addEventListener('state', (event: MessageEvent<string>) => this.#note(JSON.parse(event.data)));
    source.addEventListener('error', () => void this.#onError(source));
  }

  /** Shows what was written until a time, and does not follow. */
  async showUntil(until: string): Promise<void> {
    this.close();
    this.lines.clear();
    this.state = 'loading';
    await this.#load({ until, tail: firstLines });
  }

  /** Puts the lines before the first one in front of it. */
  async loadEarlier(): Promise<void> {
    if (!this.hasEarlier || this.isLoadingEarlier) return;
    const [first] = this.lines.all;
    this.isLoadingEarlier = true;
    const from = this.#cursor === null ? { until: first?.at } : { cursor: this.#cursor };
    await this.#load({ ...from, tail: earlierLines });
    this.isLoadingEarlier = false;
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    this.isFollowing = false;
    if (this.#flush) clearTimeout(this.#flush);
    if (this.#retry) clearTimeout(this.#retry);
    this.#flush = null;
    this.#batch = [];
  }

  async #load(query: Query): Promise<void> {
    try {
      const page = await this.#api.get<LogPage>(this.#path, { ...this.#query, ...query });
      this.lines.addEarlier(page.items);
      this.#cursor = page.nextCursor;
      this.hasEarlier = page.nextCursor !== null;
      this.state = 'ready';
    } catch (error) {
      this.error = error;
      if (this.lines.all.length === 0) this.state = 'failed';
    }
    this.version += 1;
  }

  #take(line: LogLine): void {
    this.#batch.push(line);
    this.#flush ??= setTimeout(() => {
      this.#flush = null;
      this.lines.add(this.#batch);
      this.#batch = [];
      this.version += 1;
    }, batchMs);
  }

  #note(state: LogState): void {
    const states = new Map(this.states);
    if (state.state === 'following') states.delete(refOf(state));
    else states.set(refOf(state), state);
    this.states = states;
  }

  /** The browser resumes by itself; where the answer was no stream, its reason is asked for. */
  async #onError(source: EventSource): Promise<void> {
    if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
    await this.#load({ tail: 1 });
    if (this.state === 'failed') return;
    this.#retry = setTimeout(() => this.follow(), retryMs);
  }
}
