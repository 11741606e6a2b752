import type { Ticker } from '../../live/clock.svelte.ts';
import type { Containers } from '../containers/containers.svelte.ts';
import type { Hosts } from '../hosts/hosts.svelte.ts';
import type { Runs } from '../runs/runs.svelte.ts';
import type { Need } from './attention.ts';
import { needsOf } from './attention.ts';

/** What needs someone now: the list of Today and the number beside it. */
export class Attention {
  readonly #runs: Runs;
  readonly #containers: Containers;
  readonly #hosts: Hosts;
  readonly #clock: Ticker;
  readonly needs: Need[] = $derived.by(() =>
    needsOf(this.#runs.newestFirst, this.#containers.all, this.#hosts.all, this.#clock.coarse),
  );

  constructor(runs: Runs, containers: Containers, hosts: Hosts, clock: Ticker) {
    this.#runs = runs;
    this.#containers = containers;
    this.#hosts = hosts;
    this.#clock = clock;
  }
}
