import type { Outbound } from '../outbound/index.ts';
import { Notifications } from '../rooms/notifications/index.ts';
import type { Registries, UpdateBook } from '../rooms/updates/index.ts';
import { Announcements, Updates } from '../rooms/updates/index.ts';
import type { Base } from './ground.ts';
import { hostNameOf } from './ground.ts';

/** How people read an instant: `2026-11-26 08:00 Europe/Berlin`, in the instance's zone. */
export const localTimeIn =
  ({ settings }: Pick<Base, 'settings'>) =>
  (ms: number): string => {
    const { timeZone } = settings.document;
    const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime();
    return `${at.toString({ smallestUnit: 'minute' }).replace('T', ' ')} ${timeZone}`;
  };

type ToTell = Base & { outbound: Outbound; isTrouble(event: string, subject: string): boolean };

/** The room of what is told outside, with what it has to know of the others. */
export const openNotifications = (base: ToTell): Notifications => {
  const { hosts, roster, settings } = base;
  const localTime = localTimeIn(base);
  return new Notifications({
    ...base,
    baseUrl: base.baseUrl ?? null,
    hostName: hostNameOf(hosts),
    localTime,
    timeZone: () => settings.document.timeZone,
    hasHost: (id) => hosts.has(id),
    hasSchedule: (id) => roster.get(id) !== undefined,
    marksOf: (hostId, name) => {
      const container = hosts.byName(hostId, name);
      return container && { stack: container.stack, tags: container.tags.map((tag) => tag.name) };
    },
    nextRun: (scheduleId) => {
      const nextSlotAt = roster.get(scheduleId)?.nextSlotAt ?? null;
      return nextSlotAt === null ? null : localTime(nextSlotAt);
    },
  });
};

/** The rooms that look for newer images. */
export const openUpdates = async (
  base: Base & { outbound: Outbound; book: UpdateBook; registries: Registries; notifications: Notifications },
): Promise<{ updates: Updates; announcements: Announcements }> => {
  const { notices } = base.notifications;
  const announcements = await Announcements.open({ ...base, notices, hostName: hostNameOf(base.hosts) });
  return { announcements, updates: new Updates({ ...base, onUpdate: announcements.tell }) };
};
