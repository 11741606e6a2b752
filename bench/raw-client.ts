import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';

/** Where an HTTP server listens. */
export type Address = { socketPath: string } | { host: string; port: number };

/** The least that can be between a measurement and a server: one kept connection, one call after another. */
export class RawClient {
  readonly #address: Address;
  readonly #headers: OutgoingHttpHeaders;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(address: Address, headers: OutgoingHttpHeaders = {}) {
    this.#address = address;
    this.#headers = headers;
  }

  /** Resolves with the whole body; rejects when the status is not `status`. */
  call(method: string, path: string, status = 200): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { ...this.#address, agent: this.#agent, method, path, headers: this.#headers };
      const call = request(options, async (answer) => {
        const text = (await answer.setEncoding('utf8').toArray()).join('');
        if (answer.statusCode === status) resolve(text);
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
      });
      call.on('error', reject);
      call.end();
    });
  }

  /** How long a call takes until its body is whole, milliseconds. */
  async timed(method: string, path: string, status = 200): Promise<number> {
    const startedAt = performance.now();
    await this.call(method, path, status);
    return performance.now() - startedAt;
  }

  close(): void {
    this.#agent.destroy();
  }
}
