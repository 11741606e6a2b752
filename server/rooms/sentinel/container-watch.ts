import type { Container } from '../../../contract/index.ts';
import type { ContainerHappened } from '../../bus/index.ts';
import { containerHappening } from './container-words.ts';
import type { Desk } from './desk.ts';
import type { Evidence } from './evidence.ts';
import { gather, noEvidence } from './evidence.ts';
import { span } from './span.ts';

/** Engines tell of an end and of the memory that ran out by two events, in no certain order. */
const settleMs = 1_500;
const loopDeaths = 3;
const loopMs = 10 * 60_000;
/** Who runs so long after an end is well again. */
const wellAfterMs = 60_000;
/** Beyond so many at once engines are not asked for the lines of each: they have other troubles then. */
const mostAsked = 8;

interface Pending {
  event: ContainerHappened;
  container: Container;
  hasDied: boolean;
  isOutOfMemory: boolean;
}

const subjectOf = ({ hostId, name }: Pick<Container, 'hostId' | 'name'>): string => `container/${hostId}/${name}`;

/** Tells of containers that die, run out of memory, are unhealthy or start again and again, and that they are well. */
export class ContainerWatch {
  readonly #desk: Desk;
  readonly #pending = new Map<string, Pending>();
  readonly #deaths = new Map<string, number[]>();
  #asked = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    const { bus } = desk.parts;
    desk.stops.push(
      bus.on('container.happened', (event) => desk.do(() => this.#see(event))),
      bus.on('host.synced', ({ hostId }) => desk.do(() => this.#compare(hostId))),
      bus.on('container.removed', (gone) => desk.do(() => this.#forget(gone))),
    );
  }

  async #see(event: ContainerHappened): Promise<void> {
    const container = this.#desk.parts.fleet.byName(event.hostId, event.name);
    // A newer image is no trouble, and is told by who found it.
    if (!container || event.happened === 'update_available') return;
    if (event.happened === 'unhealthy') return this.#tellUnhealthy(container);
    if (event.happened === 'healthy') return this.#becameHealthy(container);
    if (event.happened === 'started') return this.#awaitWell(container);
    // Exit code 0 is no trouble: it has done its work.
    if (event.happened === 'died' && event.exitCode === 0) return;
    this.#note(event, container);
  }

  #note(event: ContainerHappened, container: Container): void {
    const key = subjectOf(container);
    const known = this.#pending.get(key);
    const pending = known ?? { event, container, hasDied: false, isOutOfMemory: false };
    if (event.happened === 'died') {
      pending.hasDied = true;
      pending.event = event;
    } else pending.isOutOfMemory = true;
    if (known) return;
    this.#pending.set(key, pending);
    this.#desk.later(settleMs, () => this.#judge(key, pending));
  }

  async #judge(key: string, { event, container, hasDied, isOutOfMemory }: Pending): Promise<void> {
    this.#pending.delete(key);
    const at = this.#desk.parts.clock.now();
    const deaths = (this.#deaths.get(key) ?? []).filter((one) => one > at - loopMs);
    if (hasDied) deaths.push(at);
    this.#deaths.set(key, deaths);
    const isLoop = deaths.length >= loopDeaths;
    // It was told that it does so.
    if (isLoop && this.#desk.troubles.get(key)?.kind === 'container.restart_loop') return;
    const evidence = await this.#ask(container);
    const kind = isLoop ? 'restart_loop' : isOutOfMemory || evidence.oomKilled ? 'oom' : 'died';
    const reason = reasonOf(kind, deaths.length, event.exitCode ?? evidence.exitCode);
    const host = this.#desk.hostName(container.hostId);
    const told = { event: `container.${kind}` as const, container, host, at, reason, evidence };
    await this.#desk.tell(containerHappening(told), { begins: key });
  }

  async #tellUnhealthy(container: Container): Promise<void> {
    const key = subjectOf(container);
    if (this.#desk.troubles.get(key)?.kind === 'container.unhealthy') return;
    const at = this.#desk.parts.clock.now();
    const evidence = await this.#ask(container);
    const reason = evidence.probe === null ? 'Its health check fails.' : `Its health check fails: ${evidence.probe}`;
    const host = this.#desk.hostName(container.hostId);
    const told = { event: 'container.unhealthy' as const, container, host, at, reason, evidence };
    await this.#desk.tell(containerHappening(told), { begins: key });
  }

  async #becameHealthy(container: Container): Promise<void> {
    const key = subjectOf(container);
    if (this.#desk.troubles.get(key)?.kind === 'container.unhealthy') await this.#tellWell(key, container);
  }

  /** It started: whether that holds shows later. */
  #awaitWell(container: Container): void {
    const key = subjectOf(container);
    const trouble = this.#desk.troubles.get(key);
    if (!trouble && !this.#pending.has(key)) return;
    const patienceMs = trouble?.kind === 'container.restart_loop' ? loopMs : wellAfterMs;
    const startedAt = this.#desk.parts.clock.now();
    this.#desk.later(patienceMs, async () => {
      const { hostId, name } = container;
      const now = this.#desk.parts.fleet.byName(hostId, name);
      const hasDiedSince = (this.#deaths.get(key) ?? []).some((at) => at > startedAt);
      if (!this.#desk.troubles.get(key) || now?.state !== 'running' || hasDiedSince) return;
      if (now.health === 'unhealthy' || now.health === 'starting') return;
      await this.#tellWell(key, now);
    });
  }

  async #tellWell(key: string, container: Container): Promise<void> {
    const at = this.#desk.parts.clock.now();
    const since = this.#desk.troubles.get(key)?.since ?? at;
    const reason = `It was in trouble for ${span(at - since)}.`;
    const host = this.#desk.hostName(container.hostId);
    const told = { event: 'container.recovered' as const, container, host, at, reason, evidence: noEvidence };
    await this.#desk.tell(containerHappening(told), { ends: key });
  }

  /** The picture is whole again: what happened while nobody looked shows by what is. */
  async #compare(hostId: number): Promise<void> {
    const prefix = `container/${hostId}/`;
    for (const [key, { kind }] of this.#desk.troubles.under(prefix)) {
      const container = this.#desk.parts.fleet.byName(hostId, key.slice(prefix.length));
      if (!container) await this.#desk.troubles.forget(key);
      else if (kind !== 'container.unhealthy') this.#awaitWell(container);
      else if (container.health === 'healthy') await this.#tellWell(key, container);
    }
    const unhealthy = this.#desk.parts.fleet.containersOf(hostId).filter(({ health }) => health === 'unhealthy');
    for (const container of unhealthy) await this.#tellUnhealthy(container);
  }

  async #forget({ hostId, name }: Pick<Container, 'hostId' | 'name'>): Promise<void> {
    const key = subjectOf({ hostId, name });
    this.#deaths.delete(key);
    await this.#desk.troubles.forget(key);
  }

  async #ask(container: Container): Promise<Evidence> {
    if (this.#asked >= mostAsked) return noEvidence;
    this.#asked += 1;
    try {
      return await gather(this.#desk.parts.fleet.engine(container.hostId), container);
    } finally {
      this.#asked -= 1;
    }
  }
}

const reasonOf = (kind: 'restart_loop' | 'oom' | 'died', deaths: number, exitCode: number | null): string => {
  const code = exitCode === null ? 'an unknown exit code' : `exit code ${exitCode}`;
  if (kind === 'restart_loop') return `It ended ${deaths} times within ten minutes, last with ${code}.`;
  if (kind === 'oom') return `It ran out of memory (${code}).`;
  return `It ended by itself with ${code}.`;
};
