import type { ContainerMetrics, ContainerStats } from '../../../contract/metrics.ts';
import type { Api } from '../../api/client.ts';
import { apiPath } from '../../router/base.ts';

type Sample = ContainerMetrics['samples'][number];

/** As long as the server keeps. */
export const shownMs = 10 * 60_000;

/** What one container uses: what the server has kept, and each sample as it comes. */
export class ContainerUsage {
  samples = $state.raw<Sample[]>([]);
  /** Why there is nothing to measure, in words; null while there is. */
  reason = $state<string | null>(null);
  /** How many cores the host has; null before the first sample. */
  cpus = $state<number | null>(null);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Follows until the returned function is called. */
  follow(hostId: number, container: string): () => void {
    const path = `/hosts/${hostId}/containers/${encodeURIComponent(container)}`;
    const source = new EventSource(`${apiPath}${path}/stats?follow=true`);
    source.addEventListener('stats', (event: MessageEvent<string>) => this.#take(JSON.parse(event.data)));
    source.addEventListener('pause', (event: MessageEvent<string>) => (this.reason = JSON.parse(event.data).reason));
    void this.#loadKept(path);
    return () => source.close();
  }

  async #loadKept(path: string): Promise<void> {
    try {
      const { samples } = await this.#api.get<ContainerMetrics>(`${path}/metrics`, { range: '10m' });
      this.#put(samples);
    } catch (error) {
      // The stream tells what is wrong; without what was kept the line begins now.
      this.reason = error instanceof Error ? error.message : String(error);
    }
  }

  #take(stats: ContainerStats): void {
    this.reason = null;
    this.cpus = stats.cpus;
    this.#put([stats]);
  }

  #put(fresh: readonly Sample[]): void {
    const byTime = new Map([...this.samples, ...fresh].map((sample) => [sample.at, sample]));
    const all = [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
    const from = Date.parse(all.at(-1)?.at ?? '') - shownMs;
    this.samples = all.filter(({ at }) => Date.parse(at) >= from);
  }
}
