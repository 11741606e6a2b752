import type { ImageRemoval, PrunePreview } from '../../../contract/index.ts';
import type { Engine } from '../../engine/index.ts';
import { shortImageId } from '../../engine/index.ts';
import { readImages, readNetworks, readVolumes } from './reading.ts';

/** What a clean-up would take now: it asks the engine the question by which the engine decides. @throws EngineError */
export const foreseeImages = async (engine: Engine): Promise<PrunePreview> => {
  const [images, dangling] = await Promise.all([readImages(engine, true), engine.stock.danglingImages()]);
  const items = images
    .filter((image) => dangling.has(image.id) && image.usedBy.length === 0)
    .map((image) => ({ id: image.id, name: shortImageId(image.id), sizeBytes: image.uniqueBytes, note: null }));
  return { hostId: engine.hostId, items, freedBytes: sumOf(items) };
};

/** Those that somebody named stay: their data is to outlive its container. @throws EngineError */
export const foreseeVolumes = async (engine: Engine): Promise<PrunePreview> => {
  const [volumes, dangling] = await Promise.all([readVolumes(engine, true), engine.stock.danglingVolumes()]);
  const items = volumes
    .filter(({ name, anonymous }) => anonymous && dangling.has(name))
    .map(({ name, sizeBytes }) => ({ id: name, name: name.slice(0, 12), sizeBytes, note: null }));
  return { hostId: engine.hostId, items, freedBytes: sumOf(items) };
};

/** A stopped container does not keep its network, and could not start without it: that is told. @throws EngineError */
export const foreseeNetworks = async (engine: Engine): Promise<PrunePreview> => {
  const networks = (await readNetworks(engine)).filter(({ builtIn }) => !builtIn);
  const isIdle = await Promise.all(networks.map(({ id }) => engine.stock.isIdleNetwork(id)));
  const items = networks
    .filter((_, place) => isIdle[place])
    .map(({ id, name, usedBy }) => ({ id, name, sizeBytes: null, note: wantedBy(usedBy) }));
  return { hostId: engine.hostId, items, freedBytes: null };
};

/** @throws EngineError, also CHR_NOT_FOUND for an image that is not there */
export const foreseeRemoval = async (engine: Engine, nameOrId: string): Promise<ImageRemoval> => {
  const { id } = await engine.stock.image(nameOrId);
  const image = (await readImages(engine, true)).find((one) => one.id === id);
  const allNames = image?.names ?? [];
  const name = nameAmong(allNames, nameOrId);
  const removesImage = name === undefined || allNames.length === 1;
  const usedBy = image?.usedBy ?? [];
  return {
    hostId: engine.hostId,
    names: name === undefined ? allNames : [name],
    removesImage,
    freedBytes: removesImage ? (image?.uniqueBytes ?? null) : 0,
    refusal: removesImage && usedBy.length > 0 ? refusalOf(nameOrId, usedBy) : null,
  };
};

/** Podman also finds an image by its name without the registry. */
const nameAmong = (names: readonly string[], wanted: string): string | undefined => {
  const forms = [wanted, `${wanted}:latest`];
  return (
    names.find((name) => forms.includes(name)) ?? names.find((name) => forms.some((form) => name.endsWith(`/${form}`)))
  );
};

const refusalOf = (image: string, usedBy: readonly string[]): string => {
  const isOne = usedBy.length === 1;
  return `${image} is used by the container${isOne ? '' : 's'} ${namesOf(usedBy)}. Remove ${isOne ? 'it' : 'them'} first, or let ${isOne ? 'it' : 'them'} use another image.`;
};

const wantedBy = (usedBy: readonly string[]): string | null =>
  usedBy.length === 0 ? null : `wanted by ${namesOf(usedBy)}, which could not start without it`;

/** A message has room for a few. */
const mostNames = 5;
const namesOf = (names: readonly string[]): string => {
  const rest = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
};

/** Null where the size of one is not known. */
const sumOf = (items: PrunePreview['items']): number | null =>
  items.some(({ sizeBytes }) => sizeBytes === null)
    ? null
    : items.reduce((total, { sizeBytes }) => total + (sizeBytes ?? 0), 0);
