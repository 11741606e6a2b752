import type { Clock } from '../../clock/index.ts';
import type { Database } from '../../database/index.ts';
import type { Rights } from '../../policy/index.ts';
import type { Secrets } from '../../secrets/index.ts';
import type { ActivityLog } from '../activity/index.ts';
import type { Hosts } from '../hosts/index.ts';
import type { Hand } from '../runs/index.ts';
import type { Schedules } from '../schedules/index.ts';
import { Deeds } from './deed.ts';
import { Doorway } from './doorway.ts';
import { webhookRoutes } from './routes.ts';
import { WebhookStore } from './store.ts';
import { Webhooks } from './webhooks.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  secrets: Secrets;
  hosts: Pick<Hosts, 'has'>;
  hand: Hand;
  schedules: Schedules;
  /** What a role grants as things stand. */
  rightsOf(role: string): Rights;
}

/** Makes the room, and its routes. */
export const openWebhooks = (parts: Parts) => {
  const store = new WebhookStore(parts.db);
  const deeds = new Deeds({ ...parts, hasHost: (hostId) => parts.hosts.has(hostId) });
  return webhookRoutes(new Webhooks({ ...parts, store, deeds }), new Doorway({ ...parts, store, deeds }));
};
