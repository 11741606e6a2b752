import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import type { Address } from './raw-client.ts';

/** Opens a long answer on a connection of its own. */
export const openAnswer = (
  address: Address,
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const call = request({ ...address, path, headers, agent: false }, (answer) => {
      answer.on('error', () => undefined);
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`GET ${path}: ${answer.statusCode}`));
    });
    call.on('error', reject);
    call.end();
  });

/** How long an answer takes to its end, in milliseconds; its content is counted and thrown away. */
export const timedAnswer = async (
  address: Address,
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<{ ms: number; bytes: number }> => {
  const beganAt = performance.now();
  let bytes = 0;
  for await (const chunk of await openAnswer(address, path, headers)) bytes += Buffer.byteLength(chunk);
  return { ms: performance.now() - beganAt, bytes };
};
