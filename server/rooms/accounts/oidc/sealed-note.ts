import * as v from 'valibot';
import type { Clock } from '../../../clock/index.ts';
import type { Secrets } from '../../../secrets/index.ts';

/**
 * What a browser carries between two calls of one sign-in, sealed: so strangers who begin many fill no memory, and none
 * can read or change it. It holds for a time, and for one purpose.
 */
export class SealedNote<S extends v.GenericSchema> {
  readonly #parts: { clock: Clock; secrets: Secrets };
  readonly #options: { purpose: string; schema: S; lifeMs: number };

  constructor(parts: { clock: Clock; secrets: Secrets }, options: { purpose: string; schema: S; lifeMs: number }) {
    this.#parts = parts;
    this.#options = options;
  }

  write(content: v.InferOutput<S>): string {
    const until = this.#parts.clock.now() + this.#options.lifeMs;
    return this.#parts.secrets.seal(JSON.stringify({ until, content }), this.#place);
  }

  /** Null for what is no such note, or too old. */
  read(sealed: string | undefined): v.InferOutput<S> | null {
    if (sealed === undefined) return null;
    try {
      const schema = v.object({ until: v.number(), content: v.unknown() });
      const { until, content } = v.parse(schema, JSON.parse(this.#parts.secrets.open(sealed, this.#place)));
      return until > this.#parts.clock.now() ? v.parse(this.#options.schema, content) : null;
    } catch {
      return null;
    }
  }

  get #place() {
    return { table: 'cookies', row: this.#options.purpose, column: 'note' };
  }
}
