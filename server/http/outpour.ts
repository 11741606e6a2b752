import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock/index.ts';
import type { Outpour } from './route.ts';

/** A reader that takes nothing for so long is gone, or as good as gone. */
const stuckMs = 60_000;

export interface OutpourParts {
  outgoing: ServerResponse;
  headers: Record<string, string>;
  clock: Clock;
  /** Aborted when the program stops. */
  stopping: AbortSignal;
  /** Told what made it fail after it had begun, other than its reader's leaving. */
  onError(error: unknown): void;
}

/**
 * Writes a text as it is made, and waits for its reader: nothing is kept beyond what the socket takes. A text that
 * fails on the way is broken off, so that its reader does not take it for whole.
 * @throws what the first part throws; nothing is written then
 */
export const pourOut = async (parts: OutpourParts, text: Outpour): Promise<void> => {
  const first = await text.parts.next();
  const { outgoing, headers } = parts;
  outgoing.writeHead(200, {
    ...headers,
    'Content-Type': text.contentType,
    'Cache-Control': 'no-store',
    ...(text.fileName !== undefined && { 'Content-Disposition': disposition(text.fileName) }),
  });
  void pour(parts, text.parts, first);
};

const pour = async (
  { outgoing, clock, stopping, onError }: OutpourParts,
  parts: Outpour['parts'],
  first: IteratorResult<string | Uint8Array>,
): Promise<void> => {
  const cut = () => outgoing.destroy();
  stopping.addEventListener('abort', cut, { once: true });
  try {
    for (let part = first; !part.done && !outgoing.destroyed; part = await parts.next()) {
      if (outgoing.write(part.value)) continue;
      const giveUp = clock.after(stuckMs, cut);
      await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]).finally(giveUp);
    }
    outgoing.end();
  } catch (error) {
    if (!outgoing.destroyed) onError(error);
    cut();
  } finally {
    stopping.removeEventListener('abort', cut);
    await parts.return?.();
  }
};

/** What is no plain letter or digit goes in the form that RFC 6266 has for it. */
const disposition = (fileName: string): string =>
  `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
