import type { Container, UpdateReason } from '../../../contract/index.ts';
import type { Reference } from '../../registry/index.ts';
import { digestsAt, fullName, parseReference } from '../../registry/index.ts';

/** What a host has of an image. */
export interface LocalImage {
  id: string;
  names: string[];
  /** `repository@sha256:…` */
  digests: string[];
}

type Named = Pick<Container, 'image' | 'imageId'>;

/** What a registry could be asked about a container's image, or why it could not. */
export type Subject =
  | { kind: 'asked'; reference: Reference; name: string; imageId: string; digests: readonly string[] }
  | { kind: 'silent'; reason: Extract<UpdateReason, 'no_name' | 'pinned' | 'local' | 'host_away'> };

/**
 * A name is asked for only where the host has the image from there: the names of what was built at home are nobody's
 * business.
 * @param local what the host has under the image's ID; undefined: nothing; null: the host was not asked
 */
export const subjectOf = ({ image, imageId }: Named, local: LocalImage | undefined | null): Subject => {
  const reference = parseReference(image);
  if (!reference || image === imageId) return { kind: 'silent', reason: 'no_name' };
  if (reference.digest !== null) return { kind: 'silent', reason: 'pinned' };
  if (local === null) return { kind: 'silent', reason: 'host_away' };
  const digests = digestsAt(local?.digests ?? [], reference);
  // Podman calls what was built there so.
  if (reference.registry === 'localhost' || digests.length === 0) return { kind: 'silent', reason: 'local' };
  return { kind: 'asked', reference, name: fullName(reference), imageId, digests };
};
