import type { Host } from '../../../contract/index.ts';
import type { Happening } from '../notifications/index.ts';
import { noFacts } from '../notifications/index.ts';
import type { Desk } from './desk.ts';

/** An engine that restarts is back within seconds: nobody needs to hear of it. */
const patienceMs = 30_000;

/** Tells of hosts that stay away, and that they are back. */
export class HostWatch {
  readonly #desk: Desk;
  readonly #awaited = new Set<number>();

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.stops.push(desk.parts.bus.on('host.changed', (host) => desk.do(() => this.#see(host))));
  }

  async #see(host: Host): Promise<void> {
    const subject = `host/${host.id}`;
    const isTold = this.#desk.troubles.get(subject) !== undefined;
    if (host.status === 'online' && isTold) await this.#desk.tell(this.#wordsOf(host), { ends: subject });
    if (host.status === 'disabled') await this.#desk.troubles.forget(subject);
    if (host.status !== 'offline' || isTold || this.#awaited.has(host.id)) return;
    this.#awaited.add(host.id);
    this.#desk.later(patienceMs, async () => {
      this.#awaited.delete(host.id);
      if (!this.#desk.parts.fleet.has(host.id)) return;
      const now = this.#desk.parts.fleet.get(host.id);
      if (now.status === 'offline') await this.#desk.tell(this.#wordsOf(now), { begins: subject });
    });
  }

  #wordsOf({ id, name, status, reason }: Host): Happening {
    const isBack = status === 'online';
    const at = this.#desk.parts.clock.now();
    const since = this.#desk.troubles.get(`host/${id}`)?.since;
    const why = isBack
      ? `It was away since ${new Date(since ?? at).toISOString()}.`
      : (reason ?? 'It does not answer.');
    const event = isBack ? 'host.online' : 'host.offline';
    return {
      ...{ event, at, key: `${event}/${id}/${at}`, subject: `${event}/${id}` },
      severity: isBack ? 'success' : 'error',
      title: isBack ? `Back: ${name}` : `Out of reach: ${name}`,
      body: isBack ? why : `${why}\nIts schedules cannot act on it meanwhile.`,
      places: [{ hostId: id, stack: null, tags: [] }],
      path: '/hosts',
      run: null,
      facts: JSON.stringify({ ...noFacts, host: name, reason: why }),
    };
  }
}
