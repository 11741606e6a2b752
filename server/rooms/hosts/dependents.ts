import type {
  HostDependent,
  NotificationRuleInput,
  Scope,
  Step,
  Trigger,
  WebhookDeed,
} from '../../../contract/index.ts';
import type { Database } from '../../database/index.ts';

/**
 * What names a host. The rooms that it belongs to keep it in memory by what they need; who asks this asks once, before
 * a host is deleted, so the tables are read as they are, and only read.
 */
export const dependentsOf = async (db: Database, hostId: number): Promise<HostDependent[]> => [
  ...(await schedules(db, hostId)),
  ...(await webhooks(db, hostId)),
  ...(await apiKeys(db, hostId)),
  ...(await roles(db, hostId)),
  ...(await rules(db, hostId)),
  ...(await pings(db, hostId)),
  ...(await marks(db, hostId)),
];

const one = (kind: HostDependent['kind'], { id, name }: { id: number; name: string }): HostDependent => ({
  kind,
  id,
  name,
});

/** Those that are in the bin are not counted: who takes one out is told by its next run. */
const schedules = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db
    .selectFrom('schedules')
    .select(['id', 'name', 'trigger', 'steps'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute();
  const isNaming = (row: { trigger: string; steps: string }) => {
    const trigger = JSON.parse(row.trigger) as Trigger;
    const sources = trigger.kind === 'event' ? trigger.source : [];
    const steps = JSON.parse(row.steps) as Step[];
    return names(hostId, ...sources, ...steps, ...steps.flatMap(({ targets }) => targets));
  };
  return rows.filter(isNaming).map((row) => one('schedule', row));
};

const webhooks = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db.selectFrom('webhooks').select(['id', 'name', 'does']).orderBy('name').execute();
  const isNaming = (row: { does: string }) => {
    const deed = JSON.parse(row.does) as WebhookDeed;
    return deed.kind === 'action' && names(hostId, deed, ...deed.targets);
  };
  return rows.filter(isNaming).map((row) => one('webhook', row));
};

const apiKeys = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'hosts'])
    .where('revoked_at', 'is', null)
    .orderBy('name')
    .execute();
  const isNaming = ({ hosts }: { hosts: string | null }) =>
    hosts !== null && (JSON.parse(hosts) as number[]).includes(hostId);
  return rows.filter(isNaming).map((row) => one('apiKey', row));
};

const roles = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db.selectFrom('roles').select(['id', 'name', 'scopes']).orderBy('name').execute();
  const isNaming = ({ scopes }: { scopes: string | null }) =>
    scopes !== null && names(hostId, ...(JSON.parse(scopes) as Scope[]));
  return rows.filter(isNaming).map((row) => one('role', row));
};

const rules = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db.selectFrom('notification_rules').select(['id', 'document']).orderBy('id').execute();
  return rows.flatMap(({ id, document }) => {
    const { name, hosts } = JSON.parse(document) as NotificationRuleInput;
    return hosts.includes(hostId) ? [one('rule', { id, name })] : [];
  });
};

/** The dead man's switches of its schedules hear of failures from then on. */
const pings = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const rows = await db.selectFrom('pings').select(['id', 'schedule_id']).where('enabled', '=', 1).execute();
  return (await schedules(db, hostId)).flatMap(({ id, name }) => {
    const ping = rows.find((row) => row.schedule_id === id);
    return ping ? [one('ping', { id: ping.id, name })] : [];
  });
};

/** What was written on its containers by hand. */
const marks = async (db: Database, hostId: number): Promise<HostDependent[]> => {
  const tagged = await db.selectFrom('container_tags').select('container').where('host_id', '=', hostId).execute();
  const noted = await db
    .selectFrom('container_notes')
    .select('container')
    .where('host_id', '=', hostId)
    .where((where) => where.or([where('notes', '!=', ''), where('web_url', 'is not', null)]))
    .execute();
  const of = (kind: 'tags' | 'notes', rows: { container: string }[]): HostDependent[] =>
    [...new Set(rows.map(({ container }) => container))].sort().map((name) => ({ kind, id: null, name }));
  return [...of('tags', tagged), ...of('notes', noted)];
};

const names = (hostId: number, ...things: object[]): boolean =>
  things.some((thing) => 'hostId' in thing && thing.hostId === hostId);
