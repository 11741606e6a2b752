import type { LogQuery, LogState } from '../../../contract/index.ts';
import type { LogBatch } from '../../engine/index.ts';
import type { EventSink } from '../../http/index.ts';
import type { LogParts } from './logs.ts';
import { Logs, mergedEnd } from './logs.ts';
import { LogPosition } from './position.ts';
import { presentLine } from './present.ts';
import type { Source, SourcedLine } from './source.ts';
import { byTime, keyOf } from './source.ts';
import { Tap } from './tap.ts';
import type { Wanted } from './wanted.ts';
import { wantedBy } from './wanted.ts';

/** A reader that comes without a wish sees so many lines of before. */
const usualTail = 100;
/** Lines of several containers that come within this time are put in the order of their times. */
const gatherMs = 20;
/** What a line takes besides its text. */
const leastLine = 200;
/**
 * So many characters of a container may wait to be sent, and the chunk that exceeds them; then it is read no further.
 * Engines write each line of a followed log by itself: waiting for every one of them would be slow.
 */
const mostWaiting = 128 * 1024;

/** What waits to be sent. */
interface Waiting {
  key: string;
  lines: MarkedLine[];
  /** How far the container was read with these. */
  mark: string;
  state: LogState | null;
}

/** A line, and how far its container was read with it. */
interface MarkedLine extends SourcedLine {
  mark: string;
}

/**
 * Sends `log` for each line, first of before and then as it is written, and `state` when a container ends, comes back,
 * or its engine breaks off, until the reader leaves. A reader that comes back with the ID of the last event gets what
 * it missed and nothing twice, as far as the engines keep it.
 */
export class LogFollowing {
  readonly #parts: LogParts;
  readonly #sources: readonly Source[];
  readonly #query: LogQuery;
  readonly #sink: EventSink;
  readonly #positions: Map<string, LogPosition>;
  /** How far each container was sent, as the ID of an event tells it. */
  readonly #sent = new Map<string, string>();
  readonly #waiting: Waiting[] = [];
  /** How much of each container waits. */
  readonly #load = new Map<string, number>();
  #room = Promise.withResolvers<void>();
  #news = Promise.withResolvers<void>();

  constructor(parts: LogParts, sources: readonly Source[], query: LogQuery, sink: EventSink) {
    this.#parts = parts;
    this.#sources = sources;
    this.#query = query;
    this.#sink = sink;
    this.#positions = new Map(sources.map((source) => [keyOf(source), LogPosition.atStart()]));
  }

  async run(lastEventId: string | undefined): Promise<void> {
    if (!this.#resume(lastEventId)) await this.#sendPast();
    const { signal } = this.#sink;
    signal.addEventListener('abort', () => this.#news.resolve(), { once: true });
    const wanted = await wantedBy(this.#query);
    const taps = this.#sources.map((source) => this.#tap(source, wanted).run());
    await Promise.race([this.#send(), ...taps]);
  }

  #tap(source: Source, wanted: Wanted): Tap {
    const key = keyOf(source);
    const position = this.#position(source);
    this.#sent.set(key, String(position));
    const hand = (lines: MarkedLine[], state: LogState | null) =>
      lines.length === 0 && !state ? undefined : this.#hand({ key, lines, mark: String(position), state });
    return new Tap({
      ...this.#parts,
      source,
      position,
      signal: this.#sink.signal,
      take: (lines) =>
        hand(
          lines.filter(({ line }) => wanted.has(line)).map((marked) => ({ source, ...marked })),
          null,
        ),
      tell: (state, reason) => hand([], { hostId: source.hostId, container: source.name, state, reason }),
    });
  }

  #position(source: Source): LogPosition {
    return this.#positions.get(keyOf(source)) ?? LogPosition.atStart();
  }

  /** False where there is nothing to go on from; a container that the ID does not know is read from its beginning. */
  #resume(lastEventId: string | undefined): boolean {
    if (!lastEventId) return false;
    const known = new Map(lastEventId.split(';').map((part) => part.split('=', 2) as [string, string | undefined]));
    const parsed = this.#sources.map((source) => LogPosition.parse(known.get(keyOf(source)) ?? ''));
    if (parsed.some((position) => position === null)) return false;
    for (const [i, source] of this.#sources.entries()) {
      const position = parsed[i];
      if (position) this.#positions.set(keyOf(source), position);
    }
    return true;
  }

  /** The lines of before: so many from the end, or all from a time on. */
  async #sendPast(): Promise<void> {
    const logs = new Logs(this.#parts);
    const { tail = this.#query.since === undefined ? usualTail : ('all' as const) } = this.#query;
    if (tail === 'all') return this.#sendHistory(logs);
    const tails = await logs.tails(this.#sources, this.#query, tail, this.#sink.signal);
    for (const { source, tail: read } of tails) {
      this.#positions.set(keyOf(source), read.position);
      this.#sent.set(keyOf(source), String(read.position));
    }
    await this.#sendLines(mergedEnd(tails, tail));
  }

  async #sendHistory(logs: Logs): Promise<void> {
    const onBatch = (source: Source, { lines }: LogBatch) => {
      const position = this.#position(source);
      for (const line of lines) position.take(line);
    };
    const options = { onBatch, needsTimes: true };
    for await (const lines of logs.history(this.#sources, this.#query, this.#sink.signal, options)) {
      // Of several, some were read further than they were sent.
      const [only] = this.#sources.length === 1 ? this.#sources : [];
      if (only) this.#sent.set(keyOf(only), String(this.#position(only)));
      await this.#sendLines(lines);
    }
  }

  /** A promise where too much waits: until then the container is not read any further. */
  #hand(what: Waiting): Promise<void> | undefined {
    const size = what.lines.reduce((total, { line }) => total + line.text.length + leastLine, 0);
    const load = (this.#load.get(what.key) ?? 0) + size;
    this.#load.set(what.key, load);
    this.#waiting.push(what);
    this.#news.resolve();
    return load < mostWaiting ? undefined : this.#room.promise;
  }

  async #send(): Promise<void> {
    const { signal } = this.#sink;
    while (!signal.aborted) {
      await this.#news.promise;
      if (signal.aborted) return;
      if (this.#sources.length > 1) await this.#parts.clock.sleep(gatherMs, signal);
      this.#news = Promise.withResolvers();
      const room = this.#room;
      this.#room = Promise.withResolvers();
      this.#load.clear();
      await this.#sendTogether(this.#waiting.splice(0));
      room.resolve();
    }
  }

  async #sendTogether(waiting: readonly Waiting[]): Promise<void> {
    const lines = waiting.flatMap((one) => one.lines);
    if (waiting.length > 1) lines.sort(byTime);
    for (const { key, mark } of waiting) this.#sent.set(key, mark);
    await this.#sendLines(lines);
    for (const { state } of waiting) {
      if (state) await this.#sink.send({ event: 'state', data: JSON.stringify(state) });
    }
  }

  /** Of one container each line tells how far it leads; of several the last one of those that are sent together. */
  async #sendLines(lines: readonly (SourcedLine & { mark?: string })[]): Promise<void> {
    const [only] = this.#sources.length === 1 ? this.#sources : [];
    const last = lines.length - 1;
    const messages = lines.map((line, i) => ({
      event: 'log',
      data: JSON.stringify(presentLine(line)),
      ...(only && line.mark !== undefined && { id: `${keyOf(only)}=${line.mark}` }),
      ...(i === last && this.#sent.size > 0 && { id: this.#sentSoFar() }),
    }));
    if (messages.length > 0) await this.#sink.send(...messages);
  }

  #sentSoFar(): string {
    return [...this.#sent].map(([key, mark]) => `${key}=${mark}`).join(';');
  }
}
