import type { ContainerSet, ContainerStats, StatsPause } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { EventSink } from '../../http/index.ts';
import type { Reading } from './gauge.ts';
import type { Gauges } from './gauges.ts';
import { presentStats } from './present.ts';

/** An engine gives the samples of all its containers one after the other: they go out together. */
const gatherMs = 100;

interface Parts {
  gauges: Gauges;
  clock: Clock;
}

/**
 * Sends `stats` with the samples of a moment, and `pause` for a container that has none, until the reader leaves. Of
 * each container only the last reading waits for a slow reader.
 */
export const followStats = async (
  { gauges, clock }: Parts,
  set: ContainerSet,
  sink: EventSink,
  send: (stats: ContainerStats[]) => Promise<void>,
): Promise<void> => {
  const waiting = new Map<string, { target: ContainerSet[number]; reading: Reading }>();
  let news = Promise.withResolvers<void>();
  const onEnd = () => news.resolve();
  sink.signal.addEventListener('abort', onEnd, { once: true });
  const stops = set.map((target) =>
    gauges.watch(target.hostId, target.container, (reading) => {
      waiting.set(`${target.hostId}/${target.container}`, { target, reading });
      news.resolve();
    }),
  );
  try {
    while (!sink.signal.aborted) {
      await news.promise;
      if (set.length > 1) await clock.sleep(gatherMs, sink.signal);
      news = Promise.withResolvers();
      const readings = [...waiting.values()];
      waiting.clear();
      const samples = readings.flatMap(({ target: { hostId, container }, reading }) =>
        reading.kind === 'sample' ? presentStats(hostId, container, reading.sample) : [],
      );
      if (samples.length > 0) await send(samples);
      for (const { target, reading } of readings) {
        if (reading.kind !== 'pause') continue;
        const pause: StatsPause = { ...target, reason: reading.reason };
        await sink.send({ event: 'pause', data: JSON.stringify(pause) });
      }
    }
  } finally {
    for (const stop of stops) stop();
  }
};
