import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabEngine } from '../lab/engine.ts';
import { waitUntil } from '../lab/wait.ts';
import { wallClock } from '../lab/wall-clock.ts';
import type { Row } from './figures.ts';
import { atMost, atMostTimes, summarise } from './figures.ts';
import type { Ground } from './ground.ts';
import { openAnswer, timedAnswer } from './log-reader.ts';
import { footprintOf } from './machine.ts';
import type { Address } from './raw-client.ts';

const lines = 300_000;
const rounds = 7;
const followed = 500;
const viewers = 100;
const slowMs = 60_000;
const rawQuery = 'stdout=1&stderr=1';

interface Stand {
  pid: number;
  ours: { address: Address; headers: { cookie: string } };
  raw: Address;
}

/** How logs are read and followed, beside the engine's own log, and what it costs when many look or one does not read. */
export const measureLogs = async (ground: Ground): Promise<Row[]> => {
  const engine = await ground.engine();
  await write(engine);
  const directory = ground.directory('logs');
  const { program, client } = await ground.startSignedIn({ dockerHost: engine.url, dataDirectory: directory });
  await client.untilSeen('bench-flood', 'bench-talk');
  const stand: Stand = {
    pid: program.pid,
    ours: { address: { host: '127.0.0.1', port: program.port }, headers: { cookie: client.cookie } },
    raw: { socketPath: engine.socket },
  };
  const rows = [...(await throughput(stand)), await latency(stand), await manyViewers(stand), await slowReader(stand)];
  await Promise.all(['bench-flood', 'bench-talk'].map((name) => engine.remove(name)));
  await program.close();
  return rows;
};

/** One that has written much, and one that writes fifty lines a second. */
const write = async (engine: LabEngine): Promise<void> => {
  const text = 'a line of a log is about as long as this one, which has some ninety characters in all';
  const id = await engine.run('bench-flood', { cmd: ['/bin/sh', '-c', `yes '${text}' | head -n ${lines}`] });
  await engine.run('bench-talk', {
    cmd: ['/bin/sh', '-c', 'trap "exit 0" TERM; while :; do echo talk; sleep 0.02; done'],
  });
  await waitUntil('the log', 120_000, 200, async () => {
    const { json } = await engine.request('GET', `/containers/${id}/json`);
    return JSON.stringify(json).includes('"Status":"exited"');
  });
};

const throughput = async ({ ours, raw }: Stand): Promise<Row[]> => {
  const times = { ours: [] as number[], raw: [] as number[], stamped: [] as number[] };
  const headers = { ...ours.headers, accept: 'text/plain' };
  const path = `/containers/bench-flood/logs?${rawQuery}`;
  for (let i = -1; i < rounds; i += 1) {
    const own = await timedAnswer(ours.address, '/api/v1/hosts/1/containers/bench-flood/logs', headers);
    const floor = await timedAnswer(raw, path);
    const stamped = await timedAnswer(raw, `${path}&timestamps=1`);
    // The engine's has eight bytes before each line.
    if (own.bytes < floor.bytes - 8 * lines) throw new Error(`Only ${own.bytes} of ${floor.bytes} bytes came`);
    if (i < 0) continue;
    times.ours.push(own.ms);
    times.raw.push(floor.ms);
    times.stamped.push(stamped.ms);
  }
  const summary = { ours: summarise(times.ours), raw: summarise(times.raw), stamped: summarise(times.stamped) };
  const row: Pick<Row, 'name' | 'unit' | 'ours'> = {
    name: `a log of ${lines} lines, as text`,
    unit: 'ms',
    ours: summary.ours,
  };
  return [
    {
      ...row,
      floor: summary.raw,
      floorIs: "the engine's own log over its socket, without times",
      goals: [atMostTimes('median', 1.11, summary.ours.median, summary.raw.median)],
    },
    {
      ...row,
      floor: summary.stamped,
      floorIs: 'the same with times, as it is asked for: what is long or of several is put together by them',
      goals: [atMostTimes('median', 1.11, summary.ours.median, summary.stamped.median)],
    },
  ];
};

const latency = async ({ ours, raw }: Stand): Promise<Row> => {
  const own = await openAnswer(
    ours.address,
    '/api/v1/hosts/1/containers/bench-talk/logs?follow=true&tail=0',
    ours.headers,
  );
  const floor = await openAnswer(raw, `/containers/bench-talk/logs?${rawQuery}&timestamps=1&follow=1&tail=0`);
  const [first, second] = await Promise.all([own, floor].map(delays));
  const summary = summarise(first ?? []);
  return {
    name: 'line written → line at the reader',
    unit: 'ms',
    ours: summary,
    floor: summarise(second ?? []),
    floorIs: "a reader of the engine's own log",
    goals: [atMost('p99', 50, 'ms', summary.p99)],
  };
};

/** From the engine's time of each line to its arrival here; both are of one machine's clock. */
const delays = async (answer: IncomingMessage): Promise<number[]> => {
  const found: number[] = [];
  for await (const chunk of answer) {
    const now = wallClock();
    for (const [, seconds = '', nanoseconds = ''] of String(chunk).matchAll(
      /(?<!_)(\d{4}-\S{14})\.(\d{9})Z[" ](?! \|)/g,
    )) {
      found.push(now - (Date.parse(`${seconds}Z`) + Number(nanoseconds) / 1e6));
    }
    if (found.length >= followed) break;
  }
  return found;
};

const manyViewers = async ({ pid, ours }: Stand): Promise<Row> => {
  const before = footprintOf(pid).rss;
  const path = '/api/v1/hosts/1/containers/bench-talk/logs?follow=true&tail=100';
  const answers = await Promise.all(
    Array.from({ length: viewers }, () => openAnswer(ours.address, path, ours.headers)),
  );
  for (const answer of answers) answer.resume();
  await sleep(10_000);
  const more = footprintOf(pid).rss - before;
  for (const answer of answers) answer.destroy();
  await sleep(1000);
  const goals = [atMost('more', 100, 'MB', more)];
  return { name: `memory for ${viewers} who follow a log, RSS`, unit: 'MB', ours: summarise([more]), goals };
};

const slowReader = async ({ pid, ours }: Stand): Promise<Row> => {
  const path = '/api/v1/hosts/1/containers/bench-flood/logs?follow=true&tail=all';
  const answer = await openAnswer(ours.address, path, ours.headers);
  answer.once('data', () => answer.pause());
  await sleep(2000);
  const before = footprintOf(pid).rss;
  const grown: number[] = [];
  for (const endAt = performance.now() + slowMs; performance.now() < endAt; await sleep(2000)) {
    grown.push(footprintOf(pid).rss - before);
  }
  answer.destroy();
  const summary = summarise(grown);
  return {
    name: `memory while a reader does not read for ${slowMs / 1000} s, RSS`,
    unit: 'MB',
    ours: summary,
    goals: [atMost('growth', 5, 'MB', summary.max)],
  };
};
