import type { Match } from './match.ts';
import { matchRoute } from './match.ts';

/** Asked before the page is left; false keeps the reader where they are. */
export type Guard = () => boolean | Promise<boolean>;

/**
 * The address as state. Our own, about 100 lines, instead of a library: the one that was tried takes over
 * Ctrl-click on links, turns query values such as `1e3` into numbers, and forgets the scroll position on Back.
 */
export class Router {
  #url = $state.raw(new URL(location.href));
  readonly match: Match | null = $derived(matchRoute(this.#url.pathname));
  readonly query: URLSearchParams = $derived(this.#url.searchParams);
  /** True after a step forward inside the UI: then the new page takes the focus. */
  moved = $state(0);
  #guard: Guard | null = null;
  #index = readIndex(history.state);
  #isReturning = false;

  constructor() {
    history.replaceState({ index: this.#index }, '');
    addEventListener('popstate', () => void this.#onPop());
    document.addEventListener('click', (event) => this.#onClick(event));
  }

  get path(): string {
    return this.#url.pathname;
  }

  /** Path and query: what sign-in returns to. */
  get current(): string {
    return this.#url.pathname + this.#url.search;
  }

  async go(href: string, options: { replace?: boolean } = {}): Promise<void> {
    if (this.#guard && !(await this.#guard())) return;
    this.#write(new URL(href, location.href), options.replace ?? false);
    this.moved += 1;
    scrollTo(0, 0);
  }

  /** Changes the query of the page in place: filters, sorting, the open panel. Null removes. */
  setQuery(changes: Record<string, string | null>): void {
    const url = new URL(this.#url);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === '') url.searchParams.delete(key);
      else url.searchParams.set(key, value);
    }
    if (url.href !== this.#url.href) this.#write(url, true);
  }

  /** What a link in a mail carries behind the `#`, or in the query as older ones do; it leaves the address at once. */
  take(name: string): string | null {
    const url = new URL(this.#url);
    const value = new URLSearchParams(url.hash.slice(1)).get(name) ?? url.searchParams.get(name);
    if (value === null) return null;
    url.hash = '';
    url.searchParams.delete(name);
    this.#write(url, true);
    return value;
  }

  /** Protects unsaved work until the returned function is called. */
  protect(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }

  #write(url: URL, replace: boolean): void {
    if (!replace) this.#index += 1;
    history[replace ? 'replaceState' : 'pushState']({ index: this.#index }, '', url);
    this.#url = url;
  }

  async #onPop(): Promise<void> {
    if (this.#isReturning) {
      this.#isReturning = false;
      return;
    }
    const index = readIndex(history.state);
    const back = this.#index - index;
    if (this.#guard && back !== 0) {
      // The browser has moved already: go back to where we were, ask, and move again if agreed.
      this.#isReturning = true;
      history.go(back);
      if (!(await this.#guard())) return;
      this.#guard = null;
      history.go(-back);
      return;
    }
    this.#index = index;
    this.#url = new URL(location.href);
  }

  #onClick(event: MouseEvent): void {
    const hasModifier = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || hasModifier) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname === this.path && link.search === this.#url.search && link.hash) return;
    if (!matchRoute(link.pathname)) return;
    event.preventDefault();
    void this.go(link.href);
  }
}

function readIndex(state: unknown): number {
  if (typeof state !== 'object' || state === null || !('index' in state)) return 0;
  return typeof state.index === 'number' ? state.index : 0;
}
