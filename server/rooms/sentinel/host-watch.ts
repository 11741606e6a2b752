import type { Host } from '../../../contract/index.ts';
import type { Happening } from '../notifications/index.ts';
import { noFacts } from '../notifications/index.ts';
import type { Desk } from './desk.ts';
import { span } from './span.ts';

/** An engine that restarts is back within seconds: nobody needs to hear of it. */
const usualPatienceMs = 30_000;

/** Tells of hosts that stay away or finish nothing, and that they are well again. */
export class HostWatch {
  readonly #desk: Desk;
  readonly #awaited = new Set<number>();

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.stops.push(desk.parts.bus.on('host.changed', (host) => desk.do(() => this.#see(host))));
  }

  async #see(host: Host): Promise<void> {
    const subject = `host/${host.id}`;
    const told = this.#desk.troubles.get(subject);
    if (host.status === 'disabled') await this.#desk.troubles.forget(subject);
    if (host.status === 'online' && !host.hang && told) {
      await this.#desk.tell(this.#wordsOf(host, 'host.online'), { ends: subject });
    }
    const trouble = troubleOf(host);
    if (!trouble || told || this.#awaited.has(host.id)) return;
    this.#awaited.add(host.id);
    this.#desk.later(this.#desk.parts.hostPatienceMs ?? usualPatienceMs, async () => {
      this.#awaited.delete(host.id);
      if (!this.#desk.parts.fleet.has(host.id)) return;
      const now = this.#desk.parts.fleet.get(host.id);
      const still = troubleOf(now);
      if (still) await this.#desk.tell(this.#wordsOf(now, still), { begins: subject });
    });
  }

  #wordsOf({ id, name, reason, hang }: Host, event: 'host.offline' | 'host.hung' | 'host.online'): Happening {
    const isBack = event === 'host.online';
    const at = this.#desk.parts.clock.now();
    const told = this.#desk.troubles.get(`host/${id}`);
    const since = told?.since ?? at;
    const what = told?.kind === 'host.hung' ? 'It did not finish actions' : 'It was away';
    const why = isBack
      ? `${what} for ${span(at - since)}, since ${this.#desk.parts.localTime(since)}.`
      : (hang?.reason ?? reason ?? 'It does not answer.');
    return {
      ...{ event, at, key: `${event}/${id}/${at}`, subject: `${event}/${id}` },
      severity: isBack ? 'success' : 'error',
      title: `${titles[event]}: ${name}`,
      body: isBack ? why : `${why}\nIts schedules cannot act on it meanwhile.`,
      places: [{ hostId: id, stack: null, tags: [] }],
      path: '/hosts',
      run: null,
      facts: JSON.stringify({ ...noFacts, host: name, reason: why }),
    };
  }
}

const titles = {
  'host.offline': 'Out of reach',
  'host.hung': 'Does not finish actions',
  'host.online': 'Back',
} as const;

const troubleOf = ({ status, hang }: Host): 'host.offline' | 'host.hung' | null => {
  if (status === 'offline') return 'host.offline';
  return hang ? 'host.hung' : null;
};
