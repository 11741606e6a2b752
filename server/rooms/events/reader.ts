import type { EventSink } from '../../http/index.ts';
import type { Onlooker } from '../../policy/index.ts';
import type { Message } from './backlog.ts';

/** What may wait for a slow reader. Beyond that it is cut off: it comes back and finds what it missed, or a reset. */
const maxWaiting = 1000;
const maxWaitingLength = 1024 * 1024;

interface Parts {
  sink: EventSink;
  /** Who reads along. */
  onlooker: Onlooker;
  idOf(message: Message): string;
  missed: Message[];
}

/** One open stream: takes messages at once, sends them as fast as its reader can take them. */
export class Reader {
  readonly #parts: Parts;
  readonly #waiting: Message[] = [];
  readonly #over = Promise.withResolvers<void>();
  #waitingLength = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  offer(message: Message): void {
    if (this.#isOver) return;
    this.#waiting.push(message);
    this.#waitingLength += message.data.length;
    if (this.#waiting.length > maxWaiting || this.#waitingLength > maxWaitingLength) this.#end();
    this.#wake();
  }

  /** Returns when the reader has left or was cut off, even while something cannot be sent. */
  async run(): Promise<void> {
    this.#parts.sink.signal.addEventListener('abort', () => this.#end(), { once: true });
    await Promise.race([this.#pump(), this.#over.promise]);
  }

  async #pump(): Promise<void> {
    for (const message of this.#parts.missed) {
      if (!this.#isOver) await this.#send(message);
    }
    while (!this.#isOver) {
      const next = this.#waiting.shift();
      if (next) {
        this.#waitingLength -= next.data.length;
        await this.#send(next);
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#over.resolve();
    this.#wake();
  }

  async #send(message: Message): Promise<void> {
    const { sink, onlooker, idOf } = this.#parts;
    if (message.needs !== null && !onlooker.rights.canEverywhere(message.needs)) return;
    const data = onlooker.rights.isEverywhere ? message.data : message.dataFor(onlooker);
    if (data !== null) await sink.send({ id: idOf(message), event: message.event, data });
  }
}
