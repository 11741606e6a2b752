import type { Container, EventFacts, NotificationEvent, Severity } from '../../../contract/index.ts';
import type { Happening } from '../notifications/index.ts';
import { noFacts, pageOf } from '../notifications/index.ts';
import type { Evidence } from './evidence.ts';

type ContainerEvent = Extract<NotificationEvent, `container.${string}`>;

const titles: Record<ContainerEvent, string> = {
  'container.died': 'Died',
  'container.oom': 'Out of memory',
  'container.unhealthy': 'Unhealthy',
  'container.restart_loop': 'Restarts again and again',
  'container.recovered': 'Well again',
};

interface Told {
  event: ContainerEvent;
  container: Container;
  host: string;
  at: number;
  reason: string;
  evidence: Evidence;
}

/** What happened to a container, in words: what, where, why, and the last lines that it wrote. */
export const containerHappening = ({ event, container, host, at, reason, evidence }: Told): Happening => {
  const { hostId, id, name, stack, image } = container;
  const severity: Severity = event === 'container.recovered' ? 'success' : 'error';
  const lines = event === 'container.recovered' ? [] : evidence.lines;
  const facts: EventFacts = {
    ...noFacts,
    ...{ container: name, host, stack, image, reason, lines },
    exitCode: evidence.exitCode,
  };
  return {
    ...{ event, severity, at },
    key: `${event}/${hostId}/${id}/${at}`,
    subject: `${event}/${hostId}/${name}`,
    title: `${titles[event]}: ${name} on ${host}`,
    body: [reason, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'),
    places: [{ hostId, stack, tags: container.tags.map((tag) => tag.name) }],
    path: pageOf(hostId, name),
    run: null,
    facts: JSON.stringify(facts),
  };
};
