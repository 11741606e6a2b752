import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../contract/index.ts';
import { Bus } from '../../bus/index.ts';
import { TestClock } from '../../clock/index.ts';
import type { Engine, StatsSample } from '../../engine/index.ts';
import { EngineError } from '../../engine/index.ts';
import type { Reading } from './gauge.ts';
import { Gauges } from './gauges.ts';

const sample = (at: number): StatsSample => ({
  at,
  cpu: { percentOfCore: 10, percentOfHost: 5 },
  cpus: 2,
  memoryBytes: 100,
  memoryLimitBytes: null,
  network: null,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
  pids: 1,
});

/** Streams that a test feeds; what the engine itself does is for the tests of the engine. */
class Feed {
  opened = 0;
  open = 0;
  #next = Promise.withResolvers<StatsSample | 'end' | EngineError>();

  async *watch(_id: string, signal: AbortSignal): AsyncGenerator<StatsSample> {
    this.opened += 1;
    this.open += 1;
    const left = Promise.withResolvers<'end'>();
    signal.addEventListener('abort', () => left.resolve('end'));
    try {
      for (;;) {
        const told = await Promise.race([this.#next.promise, left.promise]);
        if (told === 'end') return;
        if (told instanceof EngineError) throw told;
        yield told;
      }
    } finally {
      this.open -= 1;
    }
  }

  async tell(what: StatsSample | 'end' | EngineError): Promise<void> {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve(what);
    await settle();
  }
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const open = () => {
  const clock = new TestClock();
  const bus = new Bus((error) => {
    throw error;
  });
  const feed = new Feed();
  const web = { hostId: 1, name: 'web', id: 'abc', state: 'running', stale: false } as Container;
  const engine = { stats: feed } as unknown as Engine;
  const fleet = { byName: (_: number, name: string) => (name === 'web' ? web : undefined), engine: () => engine };
  return { clock, bus, feed, web, gauges: new Gauges({ fleet, bus, clock }) };
};

const collect = () => {
  const readings: Reading[] = [];
  const times = () => readings.map((reading) => (reading.kind === 'sample' ? reading.sample.at : 'pause'));
  return { times, viewer: (reading: Reading) => void readings.push(reading) };
};

test('however many watch a container, there is one stream, and a late viewer sees the last sample at once', async () => {
  const { feed, gauges } = open();
  const [first, second] = [collect(), collect()];
  gauges.watch(1, 'web', first.viewer);
  await feed.tell(sample(1));
  gauges.watch(1, 'web', second.viewer);
  await feed.tell(sample(2));
  assert.deepEqual([first.times(), second.times(), feed.opened], [[1, 2], [1, 2], 1]);
  gauges.close();
});

test('the stream is kept for a moment after its last viewer, then closed, and what was kept with it', async () => {
  const { clock, feed, gauges } = open();
  const viewer = collect();
  const stop = gauges.watch(1, 'web', viewer.viewer);
  await feed.tell(sample(1));
  stop();
  await clock.advance(4000);
  const again = gauges.watch(1, 'web', viewer.viewer);
  await feed.tell(sample(2));
  assert.equal(feed.opened, 1);
  assert.equal(gauges.samples(1, 'web').length, 2);
  again();
  await clock.advance(5000);
  await settle();
  assert.deepEqual([feed.open, gauges.size, gauges.samples(1, 'web').length], [0, 0, 0]);
});

test('a container that stops is a pause, and its next start is measured without asking again and again', async () => {
  const { clock, bus, feed, web, gauges } = open();
  const viewer = collect();
  gauges.watch(1, 'web', viewer.viewer);
  await feed.tell(sample(1));
  web.state = 'exited';
  await feed.tell('end');
  await clock.advance(60_000);
  assert.equal(feed.opened, 1);
  web.state = 'running';
  bus.emit('container.changed', web);
  await settle();
  await feed.tell(sample(2));
  assert.deepEqual([feed.opened, viewer.times().at(-1)], [2, 2]);
  gauges.close();
});

test('an engine that breaks off is asked again, less and less often', async () => {
  const { clock, feed, gauges } = open();
  const viewer = collect();
  gauges.watch(1, 'web', viewer.viewer);
  await settle();
  const broken = new EngineError({ kind: 'unreachable', message: 'gone' });
  for (let i = 0; i < 12; i++) {
    await feed.tell(broken);
    await clock.advance(10_000);
  }
  assert.ok(feed.opened > 4 && feed.opened < 12, String(feed.opened));
  gauges.close();
  await settle();
  assert.equal(feed.open, 0);
});

test('what is not there is a pause, and no stream is opened', async () => {
  const { feed, gauges } = open();
  const viewer = collect();
  gauges.watch(1, 'nothing', viewer.viewer);
  await settle();
  assert.deepEqual([viewer.times(), feed.opened], [['pause'], 0]);
  gauges.close();
});

test('no more than ten minutes are kept', async () => {
  const { feed, gauges } = open();
  gauges.watch(1, 'web', () => undefined);
  for (let i = 1; i <= 610; i++) await feed.tell(sample(i));
  const kept = gauges.samples(1, 'web');
  assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [600, 11, 610]);
  gauges.close();
});
