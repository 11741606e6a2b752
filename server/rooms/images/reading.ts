import type { Image, Network, Volume } from '../../../contract/index.ts';
import type { Engine, StockUser } from '../../engine/index.ts';

/** The engine's own, which no clean-up takes. */
const builtInNetworks = new Set(['bridge', 'host', 'none', 'podman', 'ingress', 'docker_gwbridge']);
/** A volume that nobody named has 64 hexadecimal digits for a name. */
const isAnonymous = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
const composeProject = 'com.docker.compose.project';

/** @throws EngineError */
export const readImages = async (
  { hostId, stock }: Engine,
  isMeasured: boolean,
): Promise<Omit<Image, 'updateAvailable'>[]> => {
  const [images, users, shared] = await Promise.all([
    stock.images(),
    stock.users(),
    isMeasured ? stock.sharedBytes() : new Map<string, number>(),
  ]);
  const byImage = usersBy(users, ({ imageId }) => [imageId]);
  return images
    .map((image) => {
      const sharedBytes = shared.get(image.id) ?? null;
      const usedBy = byImage.get(image.id) ?? [];
      return {
        ...image,
        hostId,
        createdAt: instantOf(image.createdAt),
        sharedBytes,
        uniqueBytes: sharedBytes === null ? null : Math.max(0, image.sizeBytes - sharedBytes),
        dangling: image.names.length === 0 && usedBy.length === 0,
        usedBy,
      };
    })
    .sort((a, b) => compare(a.names[0] ?? '\uffff', b.names[0] ?? '\uffff') || compare(a.id, b.id));
};

/** @throws EngineError */
export const readVolumes = async ({ hostId, stock }: Engine, isMeasured: boolean): Promise<Volume[]> => {
  const [volumes, users, sizes] = await Promise.all([
    stock.volumes(),
    stock.users(),
    isMeasured ? stock.volumeBytes() : new Map<string, number>(),
  ]);
  const byVolume = usersBy(users, (user) => user.volumes);
  return volumes
    .map(({ name, driver, createdAt, labels }) => ({
      hostId,
      name,
      driver,
      createdAt: instantOf(createdAt),
      stack: labels[composeProject] ?? null,
      anonymous: isAnonymous(name),
      sizeBytes: sizes.get(name) ?? null,
      usedBy: byVolume.get(name) ?? [],
    }))
    .sort((a, b) => Number(a.anonymous) - Number(b.anonymous) || compare(a.name, b.name));
};

/** @throws EngineError */
export const readNetworks = async ({ hostId, stock }: Engine): Promise<Network[]> => {
  const [networks, users] = await Promise.all([stock.networks(), stock.users()]);
  const byNetwork = usersBy(users, (user) => user.networks);
  return networks
    .map(({ labels, ...network }) => ({
      ...network,
      hostId,
      stack: labels[composeProject] ?? null,
      builtIn: builtInNetworks.has(network.name),
      usedBy: byNetwork.get(network.name) ?? [],
    }))
    .sort((a, b) => Number(a.builtIn) - Number(b.builtIn) || compare(a.name, b.name));
};

/** The names of the containers that use a thing, in order. */
const usersBy = (users: readonly StockUser[], thingsOf: (user: StockUser) => string[]): Map<string, string[]> => {
  const by = new Map<string, string[]>();
  for (const user of users) {
    for (const thing of new Set(thingsOf(user))) by.set(thing, [...(by.get(thing) ?? []), user.name]);
  }
  for (const names of by.values()) names.sort(compare);
  return by;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const instantOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
