import type { DescribedImage, InspectedContainer } from '../../engine/index.ts';
import { digestsAt, parseReference } from '../../registry/index.ts';

/** Labels by which Swarm knows its own. */
const swarmLabel = 'com.docker.swarm.task.id';

/** Why a container cannot be made anew, by what it is; null: it can. Each with what helps. */
export const refusalOf = (container: InspectedContainer): string | null => {
  const { image, imageId, autoRemove, paused, labels } = container;
  const reference = parseReference(image);
  if (Object.hasOwn(labels, swarmLabel)) return 'it is a task of a Swarm service: update the service';
  if (autoRemove) return 'it was started with --rm and vanishes when it stops: start it without, or by a schedule';
  if (paused) return 'it is paused: unpause it first';
  if (!reference || image === imageId)
    return 'it was made of a bare image ID: make it of a name, so that there can be a newer one';
  if (reference.digest !== null)
    return 'its image is pinned to a digest: there is no newer one of it; name a tag instead';
  return null;
};

/** Why there can be no newer image; null: there can. */
export const localRefusalOf = ({ image }: InspectedContainer, current: DescribedImage | null): string | null => {
  if (!current) return 'its image is gone from the host, and with it what it brought: make the container anew by hand';
  const reference = parseReference(image);
  const isKnown = reference !== null && digestsAt(current.digests, reference).length > 0;
  return isKnown ? null : 'its image was built or loaded on the host: no registry has a newer one; build it anew';
};

/** Why the new image cannot take the place of the old one. */
export const misfitOf = (current: DescribedImage, next: DescribedImage): string | null => {
  const [was, is] = [current, next].map(({ os, architecture }) => `${os}/${architecture}`);
  return was === is ? null : `the new image is for ${is}, and the container for ${was}: pull the right one by hand`;
};
