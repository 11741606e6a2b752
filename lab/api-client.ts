import assert from 'node:assert/strict';
import type { Container, Page, Run, Schedule } from '../contract/index.ts';
import { waitUntil } from './wait.ts';

export const owner = { username: 'owner', password: 'a-long-enough-phrase' };

/** What came back, parsed where it is JSON. */
export interface Reply {
  status: number;
  body: unknown;
  headers: Headers;
}

/** Speaks to a running Chrontainer as a script would: JSON, and the session's cookie. */
export class ApiClient {
  readonly url: string;
  #cookie = '';

  constructor(url: string) {
    this.url = url;
  }

  /** What a client of another kind needs to be the same session. */
  get cookie(): string {
    return this.#cookie;
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(this.#cookie ? { cookie: this.#cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  /** Calls and insists on the status; answers with the body. */
  async expect<T>(status: number, method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.call(method, path, body);
    assert.equal(reply.status, status, `${method} ${path}: ${JSON.stringify(reply.body)}`);
    return reply.body as T;
  }

  /** Makes the first account, which signs in. */
  setUp(): Promise<unknown> {
    return this.expect(201, 'POST', '/api/v1/setup', owner);
  }

  signIn(): Promise<unknown> {
    return this.expect(200, 'POST', '/api/v1/session', owner);
  }

  /** Waits until the containers are in the picture of host 1. */
  async untilSeen(...names: string[]): Promise<void> {
    await waitUntil(`${names.join(', ')} in the list`, 30_000, 50, async () => {
      const { items } = await this.expect<Page<Container>>(200, 'GET', '/api/v1/containers?limit=1000');
      return names.every((name) => items.some((c) => c.name === name && !c.stale));
    });
  }

  schedule(name: string, expression: string, steps: object[], more: object = {}): Promise<Schedule> {
    const trigger = { kind: 'cron', expression, timeZone: 'UTC' };
    return this.expect(201, 'POST', '/api/v1/schedules', { name, trigger, steps, ...more });
  }

  /** All runs of a schedule, oldest first. */
  async runs(scheduleId: number): Promise<Run[]> {
    const all: Run[] = [];
    for (let cursor = ''; ; ) {
      const query = `schedule=${scheduleId}&limit=500${cursor && `&cursor=${cursor}`}`;
      const page = await this.expect<Page<Run>>(200, 'GET', `/api/v1/runs?${query}`);
      all.push(...page.items);
      if (page.nextCursor === null) return all.reverse();
      cursor = page.nextCursor;
    }
  }
}
