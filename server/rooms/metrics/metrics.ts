import type { Container, ContainerMetrics, ContainerStats } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { StatsSample } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Gauges } from './gauges.ts';
import { presentSample, presentStats } from './present.ts';

/** Docker's second sample, the first that tells the use of the processor, comes after one second, Podman's after five. */
const patienceMs = 8000;

interface Parts {
  fleet: { findContainer(hostId: number, nameOrId: string): Container };
  gauges: Gauges;
  clock: Clock;
}

/** What containers use, for those who ask once; who follows has follow.ts. */
export class Metrics {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * One sample, with the use of the processor: it takes a second where nobody watches the container already.
   * @throws ChrontainerError CHR_NOT_FOUND, CHR_AMBIGUOUS; CHR_CONFLICT when there is nothing to measure
   */
  async once(hostId: number, nameOrId: string, signal: AbortSignal): Promise<ContainerStats> {
    const { name } = this.#parts.fleet.findContainer(hostId, nameOrId);
    const sample = Promise.withResolvers<StatsSample>();
    let last: StatsSample | null = null;
    const stop = this.#parts.gauges.watch(hostId, name, (reading) => {
      if (reading.kind === 'pause') return sample.reject(nothingToMeasure(name, reading.reason));
      last = reading.sample;
      if (last.cpu) sample.resolve(last);
    });
    const giveUp = () =>
      last ? sample.resolve(last) : sample.reject(nothingToMeasure(name, 'The engine gave no sample in time.'));
    const cancel = this.#parts.clock.after(patienceMs, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    return sample.promise
      .then((found) => presentStats(hostId, name, found))
      .finally(() => {
        cancel();
        stop();
      });
  }

  /**
   * The samples that are kept.
   * @throws ChrontainerError CHR_NOT_FOUND, CHR_AMBIGUOUS
   */
  window(hostId: number, nameOrId: string, rangeMs: number): ContainerMetrics {
    const { name } = this.#parts.fleet.findContainer(hostId, nameOrId);
    const fromMs = this.#parts.clock.now() - rangeMs;
    const samples = this.#parts.gauges
      .samples(hostId, name)
      .filter(({ at }) => at >= fromMs)
      .map(presentSample);
    const [first, last] = [samples[0], samples.at(-1)];
    return { hostId, container: name, known: first && last ? { from: first.at, to: last.at } : null, samples };
  }
}

const nothingToMeasure = (name: string, reason: string): ChrontainerError =>
  new ChrontainerError('CHR_CONFLICT', `What ${name} uses cannot be told: ${reason}`);
