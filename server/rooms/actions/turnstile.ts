interface Waiting {
  container: string;
  admit: () => void;
}

interface HostQueue {
  /** The containers that are being acted on. */
  busy: Set<string>;
  waiting: Waiting[];
}

/** How many actions one host does at once unless told otherwise: four saturate two cores, a NAS has more patience. */
export const defaultPerHost = 8;

/**
 * Lets actions through: one at a time per container, whoever asked (schedules, hands, API), and a limited number per
 * host. First come, first served on each host; one host's queue never delays another's.
 */
export class Turnstile {
  #perHost: number;
  #hosts = new Map<number, HostQueue>();

  constructor(perHost = defaultPerHost) {
    this.#perHost = perHost;
  }

  /**
   * Resolves with the function that lets the next one in, when it is this action's turn.
   * @throws the signal's reason when it is aborted while waiting
   */
  enter(hostId: number, container: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queue(hostId);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        queue.waiting.splice(queue.waiting.indexOf(entry), 1);
        this.#forgetWhenIdle(hostId, queue);
        reject(signal.reason);
      };
      const entry: Waiting = {
        container,
        admit: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(this.#leaveOnce(hostId, queue, container));
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.waiting.push(entry);
      this.#admit(queue);
    });
  }

  #queue(hostId: number): HostQueue {
    const known = this.#hosts.get(hostId);
    if (known) return known;
    const queue = { busy: new Set<string>(), waiting: [] };
    this.#hosts.set(hostId, queue);
    return queue;
  }

  #admit(queue: HostQueue): void {
    while (queue.busy.size < this.#perHost) {
      const index = queue.waiting.findIndex((w) => !queue.busy.has(w.container));
      const [next] = index < 0 ? [] : queue.waiting.splice(index, 1);
      if (!next) return;
      queue.busy.add(next.container);
      next.admit();
    }
  }

  #leaveOnce(hostId: number, queue: HostQueue, container: string): () => void {
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      queue.busy.delete(container);
      this.#admit(queue);
      this.#forgetWhenIdle(hostId, queue);
    };
  }

  #forgetWhenIdle(hostId: number, queue: HostQueue): void {
    if (queue.busy.size === 0 && queue.waiting.length === 0) this.#hosts.delete(hostId);
  }
}
