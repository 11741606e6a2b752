import type { ServerEventName, ServerEvents } from '../../contract/events.ts';

export type StreamState = 'connecting' | 'live' | 'reconnecting';
export type ServerEvent = {
  [N in ServerEventName]: { name: N; data: ServerEvents[N] };
}[ServerEventName];

interface Listener {
  /** The events of the last moment, in order. */
  onEvents(events: ServerEvent[]): void;
  /** The server refused the stream for good: perhaps the session is over. */
  onRefused(): void;
}

const names: ServerEventName[] = [
  'container',
  'container.removed',
  'host',
  'run',
  'schedule',
  'schedule.removed',
  'deliveries',
  'activity',
  'updates',
  'reset',
];
/** Events are handed on together this often, so that a burst redraws the page once. */
const batchMs = 50;
const retryMs = [1000, 2000, 5000, 10_000];

/** The one event stream of the tab. The browser resumes it by Last-Event-ID as long as it can. */
export class Stream {
  state = $state<StreamState>('connecting');
  /** When the page was last known to be true. */
  asOf = $state(Date.now());
  readonly #url: string;
  readonly #listener: Listener;
  #source: EventSource | null = null;
  #batch: ServerEvent[] = [];
  #flush: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #attempts = 0;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
  }

  open(): void {
    this.close();
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('open', () => this.#onOpen());
    source.addEventListener('error', () => this.#onError(source));
    for (const name of names) {
      source.addEventListener(name, (event) => this.#onEvent(name, event));
    }
  }

  close(): void {
    this.#source?.close();
    this.#source = null;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#flush) clearTimeout(this.#flush);
    this.#retry = null;
    this.#flush = null;
    this.#batch = [];
    this.state = 'connecting';
  }

  #onOpen(): void {
    this.#attempts = 0;
    this.state = 'live';
  }

  #onError(source: EventSource): void {
    if (this.state === 'live') this.asOf = Date.now();
    this.state = 'reconnecting';
    if (source.readyState !== EventSource.CLOSED) return;
    // The browser gave up (an error page, a refused session) and forgot the last event: the new stream begins with
    // a reset.
    this.#listener.onRefused();
    const wait = retryMs[Math.min(this.#attempts, retryMs.length - 1)] ?? 10_000;
    this.#attempts += 1;
    this.#retry = setTimeout(() => {
      this.open();
      this.state = 'reconnecting';
    }, wait);
  }

  #onEvent(name: ServerEventName, event: MessageEvent<string>): void {
    this.#batch.push({ name, data: JSON.parse(event.data) } as ServerEvent);
    this.#flush ??= setTimeout(() => {
      const events = this.#batch;
      this.#batch = [];
      this.#flush = null;
      this.#listener.onEvents(events);
    }, batchMs);
  }
}
