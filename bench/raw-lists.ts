/**
 * What any client that is to miss nothing has to do, in a process of its own as the program is: it asks all engines at
 * once for a sign of life, their events and their containers. Takes the engines' sockets as JSON on its input; prints how
 * long it took until the last list was taken apart, milliseconds.
 */
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { RawClient } from './raw-client.ts';

const subscribe = (socketPath: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    get({ socketPath, path: '/events', agent: false }, resolve).once('error', reject);
  });

const meet = async (socketPath: string): Promise<void> => {
  const client = new RawClient({ socketPath });
  await client.call('GET', '/_ping');
  await subscribe(socketPath);
  JSON.parse(await client.call('GET', '/containers/json?all=true'));
};

const sockets: string[] = JSON.parse(await text(process.stdin));
const beganAt = performance.now();
await Promise.all(sockets.map(meet));
process.stdout.write(String(performance.now() - beganAt), () => process.exit());
