import { request } from 'node:http';
import { owner } from '../lab/api-client.ts';
import type { Row } from './figures.ts';
import { summarise } from './figures.ts';
import type { Ground } from './ground.ts';

const perKind = 50;
const guesses = 1000;

interface Attempt {
  port: number;
  username: string;
  password: string;
  /** All of 127.0.0.0/8 is this machine: each address is another caller. */
  from: string;
  cookie?: string;
}

/**
 * How long a refusal takes for a name that there is and for one that there is not, and what becomes of 1,000 guesses at
 * the owner's password: from one address, and from a thousand.
 */
export const measureSignIn = async (ground: Ground): Promise<Row[]> => {
  const dataDirectory = ground.directory('sign-in');
  const { program } = await ground.startSignedIn({ dataDirectory });
  const { port } = program;
  const { known, unknown } = await timeRefusals(port);
  const ownDevice = await attempt({ port, ...owner, from: '127.9.0.1' });
  const rows: Row[] = [
    {
      name: 'sign-in refused, a name that there is',
      unit: 'ms',
      ours: summarise(known),
      floor: summarise(unknown),
      floorIs: 'a name that there is not',
    },
  ];
  rows.push(...(await bruteForce('one address', port, () => '127.8.0.1', ownDevice.device)));
  const many = (i: number) => `127.7.${Math.floor(i / 250)}.${(i % 250) + 1}`;
  rows.push(...(await bruteForce('1,000 addresses', port, many, ownDevice.device)));
  return rows;
};

/** In turn, so that whatever else the machine does meets both alike; each from an address of its own. */
const timeRefusals = async (port: number) => {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < perKind; i += 1) {
    const password = `wrong-${i}`;
    const known = await attempt({ port, username: owner.username, password, from: `127.1.0.${i + 1}` });
    const unknown = await attempt({ port, username: `nobody-${i}`, password, from: `127.2.0.${i + 1}` });
    if (known.status !== 401 || unknown.status !== 401) throw new Error(`${known.status}, ${unknown.status}`);
    times.known.push(known.ms);
    times.unknown.push(unknown.ms);
  }
  return times;
};

/** As fast as one after the other goes. Meanwhile nothing waits; afterwards the owner comes, by three ways. */
const bruteForce = async (
  how: string,
  port: number,
  addressOf: (i: number) => string,
  device: string,
): Promise<Row[]> => {
  const tried: number[] = [];
  const refused: number[] = [];
  for (let i = 0; i < guesses; i += 1) {
    const guess = { port, username: owner.username, password: `guess-${i}`, from: addressOf(i) };
    const { status, ms } = await attempt(guess);
    (status === 401 ? tried : refused).push(ms);
  }
  const again = await attempt({ port, username: owner.username, password: 'guess', from: addressOf(guesses - 1) });
  const known = await attempt({ port, ...owner, from: addressOf(0), cookie: device });
  if (known.status !== 200) throw new Error(`the owner was refused in a known browser: ${known.status}`);
  let waitedMs = 0;
  const elsewhere = { port, ...owner, from: `127.6.0.${how.length}` };
  for (const beganAt = performance.now(); ; ) {
    const { status } = await attempt(elsewhere);
    waitedMs = performance.now() - beganAt;
    if (status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const count = (name: string, value: number): Row => ({ name, unit: 'tries', ours: summarise([value]) });
  return [
    count(`${guesses} guesses from ${how}: compared with the password`, tried.length),
    count(`${guesses} guesses from ${how}: refused unread`, refused.length),
    { name: `${how}: the attacker waits for the next guess`, unit: 'ms', ours: summarise([again.retryAfterMs]) },
    { name: `${how}: the owner signs in, a known browser`, unit: 'ms', ours: summarise([known.ms]) },
    { name: `${how}: the owner signs in, a new browser elsewhere`, unit: 'ms', ours: summarise([waitedMs]) },
  ];
};

interface Outcome {
  status: number;
  ms: number;
  retryAfterMs: number;
  /** The cookie by which the browser is known from now on. */
  device: string;
}

const attempt = ({ port, username, password, from, cookie }: Attempt): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const beganAt = performance.now();
    const headers = { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) };
    const place = { host: '127.0.0.1', port, path: '/api/v1/session', method: 'POST', localAddress: from };
    const outgoing = request({ ...place, headers, agent: false }, (incoming) => {
      incoming.resume().once('end', () => {
        const cookies = (incoming.headers['set-cookie'] ?? []).map((one) => one.split(';')[0] ?? '');
        resolve({
          status: incoming.statusCode ?? 0,
          ms: performance.now() - beganAt,
          retryAfterMs: Number(incoming.headers['retry-after'] ?? 0) * 1000,
          device: cookies.find((one) => one.includes('device')) ?? '',
        });
      });
    });
    outgoing.once('error', reject).end(JSON.stringify({ username, password }));
  });
