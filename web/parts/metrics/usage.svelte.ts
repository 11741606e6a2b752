import { SvelteMap } from 'svelte/reactivity';
import type { ContainerStats, StatsPause } from '../../../contract/metrics.ts';
import { apiPath } from '../../router/base.ts';

/** Rows come and go while the reader scrolls: the stream is asked for once they stand still. */
const settleMs = 400;
/** As the API allows. */
const mostAtOnce = 100;
const retryMs = 5000;

type Place = Pick<ContainerStats, 'hostId' | 'container'>;

/** What containers use, of those that are in sight: one stream for all of them, and none while nobody looks. */
export class Usage {
  readonly #latest = new SvelteMap<string, ContainerStats>();
  /** How many places on the page show each container. */
  readonly #watched = new Map<string, number>();
  #source: EventSource | null = null;
  #shown = '';
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** The last sample; undefined while there is none. */
  of(hostId: number, container: string): ContainerStats | undefined {
    return this.#latest.get(`${hostId}:${container}`);
  }

  /** An attachment for what shows a container: it is measured while that is in sight. */
  inSight(hostId: number, container: string): (element: Element) => () => void {
    const key = `${hostId}:${container}`;
    return (element) => {
      let isSeen = false;
      const see = (isNow: boolean) => {
        if (isNow === isSeen) return;
        isSeen = isNow;
        this.#count(key, isNow ? 1 : -1);
      };
      const observer = new IntersectionObserver((entries) => see(entries.at(-1)?.isIntersecting ?? false));
      observer.observe(element);
      return () => {
        observer.disconnect();
        see(false);
      };
    };
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    this.#shown = '';
    this.#latest.clear();
  }

  #count(key: string, change: 1 | -1): void {
    const count = (this.#watched.get(key) ?? 0) + change;
    if (count > 0) this.#watched.set(key, count);
    else this.#watched.delete(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#follow();
    }, settleMs);
  }

  #follow(): void {
    const wanted = [...this.#watched.keys()].slice(0, mostAtOnce).sort().join();
    if (wanted === this.#shown) return;
    this.#source?.close();
    this.#source = null;
    this.#shown = wanted;
    if (wanted === '') return;
    const source = new EventSource(`${apiPath}/stats?containers=${encodeURIComponent(wanted)}`);
    this.#source = source;
    source.addEventListener('stats', (event: MessageEvent<string>) => this.#take(JSON.parse(event.data).items));
    source.addEventListener('pause', (event: MessageEvent<string>) => this.#forget(JSON.parse(event.data)));
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      this.#shown = '';
      setTimeout(() => this.#follow(), retryMs);
    });
  }

  #take(items: ContainerStats[]): void {
    for (const item of items) this.#latest.set(keyOf(item), item);
  }

  #forget(pause: StatsPause): void {
    this.#latest.delete(keyOf(pause));
  }
}

function keyOf({ hostId, container }: Place): string {
  return `${hostId}:${container}`;
}
