import type { EventFacts } from '../../../../contract/index.ts';
import type { Message } from './channel.ts';

/** Something that has a state of its own: a schedule, a container, a host, the image of a container. */
export interface Thing {
  /** Its topic, below the channel's. */
  path: string;
  /** What Home Assistant calls it, below ours. */
  slug: string;
  name: string;
  component: 'binary_sensor' | 'update';
  /** What its topic holds; of a binary sensor beside the message. */
  state: Record<string, unknown>;
}

/** What says how a thing is. What was skipped, or is still to be seen, does not. */
const states: Record<string, 'problem' | 'ok'> = {
  'run.failed': 'problem',
  'run.missed': 'problem',
  'run.recovered': 'ok',
  'run.succeeded': 'ok',
  'container.died': 'problem',
  'container.oom': 'problem',
  'container.unhealthy': 'problem',
  'container.restart_loop': 'problem',
  'container.recovered': 'ok',
  'host.offline': 'problem',
  'host.hung': 'problem',
  'host.online': 'ok',
};

/** The thing that a message is about; null where it is about none, or does not say how it is. */
export const thingOf = ({ event, facts }: Pick<Message, 'event' | 'facts'>): Thing | null => {
  if (facts === null) return null;
  if (event.startsWith('update.')) return imageOf(event, facts);
  const state = states[event];
  const named = state && namedOf(event, facts);
  if (!named) return null;
  const { schedule, reason, container, host } = facts;
  const about = { state, ...(schedule && { schedule: schedule.name }), reason, container, host };
  return { ...named, component: 'binary_sensor', state: about };
};

const namedOf = (
  event: string,
  { schedule, container, host }: EventFacts,
): Pick<Thing, 'path' | 'slug' | 'name'> | null => {
  if (event.startsWith('run.')) {
    return schedule && { path: `schedules/${schedule.id}`, slug: `schedule_${schedule.id}`, name: schedule.name };
  }
  if (host === null) return null;
  if (container === null) return { path: `hosts/${levelOf(host)}`, slug: slugOf(`host_${host}`), name: host };
  return placed('container', `${container} on ${host}`, host, container);
};

/** https://www.home-assistant.io/integrations/update.mqtt/: it is up to date where both versions are the same. */
const imageOf = (event: string, { container, host, image, fromDigest, toDigest }: EventFacts): Thing | null => {
  if (container === null || host === null) return null;
  const [old, newest] = [short(fromDigest) ?? 'current', short(toDigest) ?? 'newer'];
  const versions = {
    installed_version: event === 'update.done' ? newest : old,
    latest_version: newest,
    title: image ?? container,
  };
  const named = placed('update', `Image of ${container} on ${host}`, host, container);
  return { ...named, component: 'update', state: versions };
};

const placed = (kind: string, name: string, host: string, container: string) => ({
  path: `${kind}s/${levelOf(host)}/${levelOf(container)}`,
  slug: slugOf(`${kind}_${host}_${container}`),
  name,
});

/** A level of a topic: without what separates levels, or stands for several. */
const levelOf = (name: string): string => name.replaceAll(/[/+#\s]/g, '_');

/** As in the IDs of Home Assistant. */
export const slugOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '_');

const short = (digest: string | null): string | null => digest?.replace(/^sha256:/, '').slice(0, 12) ?? null;
