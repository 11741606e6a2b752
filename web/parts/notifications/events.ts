import type { NotificationEvent, Severity } from '../../../contract/notifications.ts';
import { list, locale, t } from '../../text/t.ts';

/** What people may want to hear of, as the form of a rule shows it. */
export const eventGroups = [
  {
    name: 'runs',
    events: ['run.failed', 'run.missed', 'run.recovered', 'run.skipped', 'run.slow', 'run.succeeded'],
  },
  {
    name: 'containers',
    events: ['container.died', 'container.oom', 'container.unhealthy', 'container.restart_loop', 'container.recovered'],
  },
  { name: 'updates', events: ['update.available', 'update.done', 'update.rolled_back'] },
  { name: 'hosts', events: ['host.offline', 'host.hung', 'host.online'] },
  {
    name: 'instance',
    events: ['disk.low', 'backup.failed', 'backup.recovered', 'session.new_place', 'api_key.expiring'],
  },
] as const satisfies readonly { name: string; events: readonly NotificationEvent[] }[];

/** All of them, in the order of the form. */
export const allEvents: readonly NotificationEvent[] = eventGroups.flatMap(({ events }) => [...events]);

export const allSeverities: readonly Severity[] = ['error', 'warning', 'success', 'info'];

/** `Failed runs`: alone, or at the start of a line. */
export function eventLabel(event: NotificationEvent): string {
  return capital(t(`eventName.${event}`));
}

/** `failed runs, missed runs and anything about hosts`: a whole group in one. */
export function eventWords(events: readonly NotificationEvent[]): string {
  return list(
    eventGroups.flatMap(({ name, events: group }) => {
      const named = group.filter((event) => events.includes(event));
      return named.length === group.length
        ? [t(`eventGroup.all.${name}`)]
        : named.map((event) => t(`eventName.${event}`));
    }),
  );
}

/** With a capital at its start. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
