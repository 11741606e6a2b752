import type { Permission, ServerEventName } from '../../../contract/index.ts';
import type { Onlooker } from '../../policy/index.ts';

/** A message of the stream, written down once for all readers. */
export interface Message {
  sequence: number;
  event: ServerEventName;
  data: string;
  /** The right that it takes everywhere; null: whoever may look. */
  needs: Permission | null;
  /** The same for somebody who is limited to some places; null where it is not for him. */
  dataFor(onlooker: Onlooker): string | null;
}

/** How many messages are kept, and how much text. */
const maxMessages = 2000;
const maxLength = 4 * 1024 * 1024;

/**
 * What readers may have missed while their connection was broken. A message about a thing replaces the earlier one
 * about the same thing: a reader needs each thing's last state, not its history. So the backlog is as large as what
 * changed lately, not as what happened.
 */
export class Backlog {
  readonly #messages = new Map<string, Message>();
  #length = 0;
  /** Messages up to this one may be missing here. */
  #lostUpTo: number;

  constructor(lostUpTo: number) {
    this.#lostUpTo = lostUpTo;
  }

  /** Keeps a message about `subject`, for example `run 0192…`. */
  add(subject: string, message: Message): void {
    this.#drop(subject);
    this.#messages.set(subject, message);
    this.#length += message.data.length;
    while (this.#messages.size > maxMessages || this.#length > maxLength) this.#dropOldest();
  }

  /** What came after `sequence`, in order; null when something of that was dropped. */
  since(sequence: number): Message[] | null {
    if (sequence < this.#lostUpTo) return null;
    return [...this.#messages.values()].filter((message) => message.sequence > sequence);
  }

  #dropOldest(): void {
    const oldest = this.#messages.entries().next().value;
    if (!oldest) return;
    this.#lostUpTo = oldest[1].sequence;
    this.#drop(oldest[0]);
  }

  #drop(subject: string): void {
    this.#length -= this.#messages.get(subject)?.data.length ?? 0;
    this.#messages.delete(subject);
  }
}
