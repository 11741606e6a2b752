import type { Image, Network, Volume } from '../../../contract/images.ts';
import { t, tn } from '../../text/t.ts';
import { bytesText } from '../metrics/amount.ts';

/** A thing of a host, as the table shows it. */
export interface StockRow {
  key: string;
  hostId: number;
  name: string;
  /** True for one that nobody named: its name is no more than a number. */
  isNameless: boolean;
  /** Its other names, its driver and the like. */
  details: string[];
  hasUpdate: boolean;
  size: string;
  usedBy: string[];
  /** By what the image is removed; null where nothing is. */
  removable: string | null;
}

const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

export function imageRow({ hostId, id, names, usedBy, updateAvailable, ...sizes }: Image): StockRow {
  const [name, ...others] = names;
  const shared = sizes.sharedBytes;
  return {
    key: `${hostId}/${id}`,
    hostId,
    name: name ?? shortId(id),
    isNameless: name === undefined,
    details: [
      ...others,
      ...(name === undefined ? [t('images.nameless')] : [shortId(id)]),
      ...(shared ? [t('images.shared', { size: bytesText(shared) })] : []),
    ],
    hasUpdate: updateAvailable === true,
    size: bytesText(sizes.sizeBytes),
    usedBy,
    removable: name ?? id,
  };
}

export function volumeRow({ hostId, name, anonymous, driver, stack, sizeBytes, usedBy }: Volume): StockRow {
  return {
    key: `${hostId}/${name}`,
    hostId,
    name: anonymous ? shortId(name) : name,
    isNameless: anonymous,
    details: [...(anonymous ? [t('images.nameless')] : []), driver, ...(stack === null ? [] : [stack])],
    hasUpdate: false,
    size: sizeBytes === null ? '' : bytesText(sizeBytes),
    usedBy,
    removable: null,
  };
}

export function networkRow({ hostId, id, name, driver, subnets, ...network }: Network): StockRow {
  return {
    key: `${hostId}/${id}`,
    hostId,
    name,
    isNameless: false,
    details: [
      ...(network.builtIn ? [t('images.builtIn')] : []),
      driver,
      ...subnets,
      ...(network.internal ? [t('images.internal')] : []),
      ...(network.stack === null ? [] : [network.stack]),
    ],
    hasUpdate: false,
    size: '',
    usedBy: network.usedBy,
    removable: null,
  };
}

const mostNames = 3;

/** `web, db and 4 more`. */
export function usersText(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  const rest = names.length - mostNames;
  return rest > 0 ? tn('images.andMore', rest, { names: shown }) : shown;
}
