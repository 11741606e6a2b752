import type { Activity } from './activity.ts';
import type { Container } from './containers.ts';
import type { Host } from './hosts.ts';
import type { Run } from './runs.ts';
import type { Schedule } from './schedules.ts';
import type { UpdateCheck } from './updates.ts';

/**
 * The messages of `GET /api/v1/events`, by event name; each is one JSON object.
 * `reset` means that what was missed cannot be replayed: fetch everything again.
 */
export interface ServerEvents {
  container: Container;
  'container.removed': { hostId: number; id: string; name: string };
  host: Host;
  'host.removed': { id: number };
  run: Run;
  schedule: Schedule;
  'schedule.removed': { id: number };
  activity: Activity;
  /** Messages were queued, sent or left out, or are silenced otherwise: whoever shows the lists fetches them again. */
  deliveries: Record<string, never>;
  /** How far checks for newer images are. */
  updates: UpdateCheck;
  reset: { version: string };
}
export type ServerEventName = keyof ServerEvents;
