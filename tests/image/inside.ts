// Runs inside the container, as its user, and prints what it finds as one line of JSON.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, HealthAnswer, Host, Page, SetupState } from '../../contract/index.ts';

const credentials = { username: 'owner', password: 'a-long-enough-phrase' };
let cookie = '';

const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const response = await fetch(`http://127.0.0.1:5000${path}`, {
    method,
    headers: { cookie, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  return (await response.json()) as T;
};

const untilSettled = async (): Promise<Host | null | undefined> => {
  for (let tries = 0; tries < 200; tries++) {
    const { items } = await call<Page<Host>>('GET', '/api/v1/hosts');
    if (items[0]?.status !== 'connecting') return items[0];
    await sleep(50);
  }
  return null;
};

const canWrite = (directory: string): boolean | string => {
  try {
    writeFileSync(`${directory}/probe`, '');
    rmSync(`${directory}/probe`);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

/** A field of the program's own process. */
const status = (name: string) =>
  new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(readFileSync('/proc/1/status', 'utf8'))?.[1];

const health = await call<HealthAnswer>('GET', '/health');
const { needed } = await call<SetupState>('GET', '/api/v1/setup');
await call('POST', needed ? '/api/v1/setup' : '/api/v1/session', credentials);
const host = await untilSettled();
const { items } = await call<Page<Container>>('GET', '/api/v1/containers');
const containers = items.map(({ name, isSelf }) => ({ name, isSelf }));
const process1 = { user: status('Uid'), capabilities: status('CapEff'), noNewPrivileges: status('NoNewPrivs') };
const writable = { app: canWrite('/app'), data: canWrite('/data'), tmp: canWrite('/tmp') };
console.log(JSON.stringify({ health, needed, host, containers, process: process1, writable }));
