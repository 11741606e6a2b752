import type { Permission, Scope } from '../../../contract/accounts.ts';
import { list, t } from '../../text/t.ts';

/** In the order in which people ask: what is seen, what is done, what is governed. */
const order: readonly Permission[] = [
  'view',
  'logs',
  'operate',
  'update',
  'exec',
  'schedules',
  'hosts',
  'notifications',
  'users',
  'settings',
];

/** What rights come to, in a sentence: `May see containers, read logs and restart, start and stop them.` */
export function rightsWords(permissions: readonly Permission[]): string {
  const words = order.filter((one) => permissions.includes(one)).map((one) => t(`right.${one}`));
  if (words.length === order.length) return t('rights.all');
  return words.length === 0 ? t('rights.none') : t('rights.some', { what: list(words) });
}

/** Where they hold: `Only on nas; stack shop on nas.` */
export function scopesWords(scopes: readonly Scope[] | null, hostName: (id: number) => string): string {
  if (scopes === null) return t('scopes.all');
  return t('scopes.some', { where: scopes.map((scope) => scopeWords(scope, hostName)).join('; ') });
}

/** One place: `stack shop on nas, tagged media`. */
export function scopeWords({ hostId, stack, tag }: Scope, hostName: (id: number) => string): string {
  const place = stack === undefined ? null : t('selector.stack', { stack });
  const host = hostId === undefined ? null : hostName(hostId);
  const where = place && host ? t('selector.on', { what: place, host }) : (place ?? host);
  if (tag === undefined) return where ?? '';
  const tagged = t('selector.tag', { tag });
  return where === null ? tagged : t('scopes.and', { what: tagged, where });
}
