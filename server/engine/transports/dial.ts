import type { NetConnectOpts, Socket } from 'node:net';
import { connect } from 'node:net';

/** Nobody answered in time: neither yes nor no. */
export class NoAnswerError extends Error {
  readonly code = 'CHR_NO_ANSWER';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`no connection within ${afterMs} ms`);
    this.afterMs = afterMs;
  }
}

/**
 * A connection that is open. Who gets it listens for its errors; until then, and after the last one who did, an error
 * must not end the program.
 */
export const openSocket = (options: NetConnectOpts, deadlineMs: number): Promise<Socket> =>
  // A second address of the same name is tried after this time: the default of 250 ms is too short for far networks.
  opened(connect({ autoSelectFamilyAttemptTimeout: 1000, ...options }), 'connect', deadlineMs);

/** Waits for the event that says that a socket can be used. */
export const opened = <T extends Socket>(socket: T, event: string, deadlineMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new NoAnswerError(deadlineMs)), deadlineMs);
    socket.on('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new ClosedError());
    });
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });

/** The other side hung up before the connection was of any use. */
export class ClosedError extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('the other side closed the connection');
  }
}
