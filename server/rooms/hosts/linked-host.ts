import type { Host, HostReach, TimeWindow } from '../../../contract/index.ts';
import type { Engine, Picture } from '../../engine/index.ts';
import { hazardOf, hostKeyFingerprint } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import { credentialsOf, grantsOf } from './connection.ts';
import type { HostRow } from './store.ts';

/** A host with what leads to it. Without a link it is disabled, or its address cannot be used. */
export interface LinkedHost {
  row: HostRow;
  link: { engine: Engine; picture: Picture } | null;
  /** What its connection may be used for, as the last test found out. */
  reach: HostReach | null;
  /** Why there is no link, in words; null when there is one. */
  fault: string | null;
}

/** @throws ChrontainerError CHR_CONFLICT when the host is disabled or its address cannot be used */
export const linkOf = ({ row, link, fault }: LinkedHost): NonNullable<LinkedHost['link']> => {
  if (link) return link;
  throw new ChrontainerError('CHR_CONFLICT', `The host ${row.name} cannot be used: ${fault}`);
};

/** When schedules may act on the host. What we wrote ourselves is trusted when it is read back. */
export const windowsOf = ({ windows }: Pick<HostRow, 'windows'>): TimeWindow[] => JSON.parse(windows) as TimeWindow[];

/** The host as the API shows it. */
export const presentHost = ({ row, link, fault, reach }: LinkedHost): Host => {
  const seen = link?.picture.status();
  const hang = seen?.status === 'online' ? seen.hang : null;
  const lastSeenAt = seen?.lastSeenAt ?? row.last_seen_at;
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    enabled: row.enabled === 1,
    color: row.color,
    position: row.position,
    status: seen?.status ?? (row.enabled === 1 ? 'offline' : 'disabled'),
    reason: seen ? seen.reason : fault,
    hang: hang && { since: new Date(hang.since).toISOString(), reason: hang.reason },
    hazard: hazardIn(row),
    lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
    engine: seen?.engine ?? null,
    containers: link?.picture.count() ?? { total: 0, running: 0 },
    grants: grantsOf(row),
    tls: row.tls === 1,
    fingerprint: row.fingerprint,
    hostKeyFingerprint: row.host_key === null ? null : hostKeyFingerprint(row.host_key),
    credentials: credentialsOf(row),
    reach,
    windows: windowsOf(row),
  };
};

/** An address that cannot be used is told by its fault. */
const hazardIn = ({ url, tls }: HostRow): string | null => {
  try {
    return hazardOf({ url, tls: tls === 1 ? {} : null });
  } catch (error) {
    if (error instanceof ChrontainerError) return null;
    throw error;
  }
};
