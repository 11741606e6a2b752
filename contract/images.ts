import * as v from 'valibot';
import { actionOptions } from './actions.ts';
import { id, idParam, instant } from './common.ts';
import { isImageName } from './image-name.ts';

/** A host that could not tell what it has, and why. */
export const hostFault = v.object({ hostId: v.number(), message: v.string() });
export type HostFault = v.InferOutput<typeof hostFault>;

/** What hosts keep beside containers: the things of those that answered, and why others did not. */
const stockOf = <T extends v.GenericSchema>(item: T) =>
  v.object({ items: v.array(item), nextCursor: v.null(), faults: v.array(hostFault) });

/** An image of one host. */
export const image = v.object({
  hostId: v.number(),
  /** `sha256:…` */
  id: v.string(),
  /** `name:tag`, all that it has; none for one that is dangling. */
  names: v.array(v.string()),
  /** `name@sha256:…` of the registries that it came from. */
  digests: v.array(v.string()),
  createdAt: v.nullable(instant),
  sizeBytes: v.number(),
  /** What other images have of it, too; null where the engine was not asked, or does not tell. */
  sharedBytes: v.nullable(v.number()),
  /** What its removal alone would free; null as above. */
  uniqueBytes: v.nullable(v.number()),
  /** True for one without a name that nothing uses: a clean-up takes it. */
  dangling: v.boolean(),
  /** The names of the containers that were made of it, running or not. */
  usedBy: v.array(v.string()),
  /** Whether there is a newer one under one of its names; null: nobody knows. */
  updateAvailable: v.nullable(v.boolean()),
});
export type Image = v.InferOutput<typeof image>;

/** A volume of one host. */
export const volume = v.object({
  hostId: v.number(),
  name: v.string(),
  driver: v.string(),
  createdAt: v.nullable(instant),
  /** The Compose project that made it; null for none. */
  stack: v.nullable(v.string()),
  /** True where nobody gave it a name: a clean-up takes it when nothing uses it. */
  anonymous: v.boolean(),
  /** Null where the engine was not asked, or the driver does not tell. */
  sizeBytes: v.nullable(v.number()),
  usedBy: v.array(v.string()),
});
export type Volume = v.InferOutput<typeof volume>;

/** A network of one host. */
export const network = v.object({
  hostId: v.number(),
  id: v.string(),
  name: v.string(),
  driver: v.string(),
  /** `local` or `swarm`. */
  scope: v.string(),
  /** True where it leads nowhere but to its containers. */
  internal: v.boolean(),
  subnets: v.array(v.string()),
  stack: v.nullable(v.string()),
  /** The engine's own, which stay. */
  builtIn: v.boolean(),
  usedBy: v.array(v.string()),
});
export type Network = v.InferOutput<typeof network>;

export const imageList = stockOf(image);
export const volumeList = stockOf(volume);
export const networkList = stockOf(network);

/** What a clean-up would take, as it is at this moment. */
export const prunePreview = v.object({
  hostId: v.number(),
  items: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      sizeBytes: v.nullable(v.number()),
      /** What its owner should know before it goes, for example which stopped container wants it. */
      note: v.nullable(v.string()),
    }),
  ),
  /** At least so much; null where the engine does not tell. */
  freedBytes: v.nullable(v.number()),
});
export type PrunePreview = v.InferOutput<typeof prunePreview>;

/** What the removal of an image, or of one of its names, would do. */
export const imageRemoval = v.object({
  hostId: v.number(),
  /** The names that would go. */
  names: v.array(v.string()),
  /** True where the image itself goes, false where only a name of several does. */
  removesImage: v.boolean(),
  freedBytes: v.nullable(v.number()),
  /** Why it cannot be removed, in words; null where it can. */
  refusal: v.nullable(v.string()),
});
export type ImageRemoval = v.InferOutput<typeof imageRemoval>;

const imageName = v.nonOptional(actionOptions.entries.image);

/** `measure=true`: the engine counts what each takes on the disk, which may take minutes. */
export const stockQuery = v.strictObject({
  host: v.optional(idParam),
  measure: v.optional(v.picklist(['true', 'false'])),
});
export type StockQuery = v.InferOutput<typeof stockQuery>;

export const hostQuery = v.strictObject({ host: idParam });
export const imageQuery = v.strictObject({ host: idParam, image: imageName });
export const pruneRequest = v.strictObject({ hostId: id });
export const pullRequest = v.strictObject({ hostId: id, image: imageName });
export const tagRequest = v.strictObject({
  hostId: id,
  image: imageName,
  name: v.pipe(
    v.string(),
    v.check(isImageName, 'must be the name of an image, for example registry.lan/shop:2, in small letters'),
  ),
});
