import type { ServerEventName, ServerEvents } from '../../contract/events.ts';
import type { ServerEvent } from './stream.svelte.ts';

type Handler<N extends ServerEventName> = (data: ServerEvents[N]) => void;
type Handlers = { [N in ServerEventName]?: Set<Handler<N>> };

/** Hands the server's events to those who asked for them. */
export class Facts {
  readonly #handlers: Handlers = {};

  /** Calls the handler for each event of the name until the returned function is called. */
  on<N extends ServerEventName>(name: N, handler: Handler<N>): () => void {
    const handlers: Set<Handler<N>> = this.#handlers[name] ?? new Set();
    Object.assign(this.#handlers, { [name]: handlers });
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  tell(event: ServerEvent): void {
    this.#call(event.name, event.data);
  }

  #call<N extends ServerEventName>(name: N, data: ServerEvents[N]): void {
    for (const handler of this.#handlers[name] ?? []) handler(data);
  }
}
