import type { Container } from '../../../contract/index.ts';
import type { Platform } from '../../registry/index.ts';
import type { LocalImage, Subject } from './subject.ts';
import { subjectOf } from './subject.ts';

interface HostImages {
  byId: Map<string, LocalImage>;
  idByName: Map<string, string>;
  /** By the ID and the name of an image; the answer is the same for all containers that have both. */
  subjects: Map<string, Subject>;
}

type Named = Pick<Container, 'hostId' | 'image' | 'imageId'>;

/** What the hosts have of images, as they were last asked: the other side of every comparison. */
export class LocalImages {
  readonly #hosts = new Map<number, HostImages>();
  /** What an image is made for never changes. */
  readonly #platforms = new Map<string, Platform>();

  /** Takes what a host said that it has. */
  put(hostId: number, images: readonly LocalImage[]): void {
    const byId = new Map(images.map((image) => [image.id, image]));
    const idByName = new Map(images.flatMap(({ id, names }) => names.map((name) => [name, id] as const)));
    this.#hosts.set(hostId, { byId, idByName, subjects: new Map() });
  }

  forget(hostId: number): void {
    this.#hosts.delete(hostId);
  }

  hasAsked(hostId: number): boolean {
    return this.#hosts.has(hostId);
  }

  has({ hostId, imageId }: Named): boolean {
    return this.#hosts.get(hostId)?.byId.has(imageId) ?? false;
  }

  subjectOf(container: Named): Subject {
    const host = this.#hosts.get(container.hostId);
    if (!host) return subjectOf(container, null);
    const key = `${container.imageId} ${container.image}`;
    const known = host.subjects.get(key);
    if (known) return known;
    const subject = this.#subjectOf(container, host);
    host.subjects.set(key, subject);
    return subject;
  }

  /** Podman forgets an image's digests with its last name: that its repository is known tells what has the name now. */
  #subjectOf(container: Named, { byId, idByName }: HostImages): Subject {
    const { image, imageId } = container;
    const own = subjectOf(container, byId.get(imageId));
    const namedId = idByName.get(image);
    if (own.kind === 'asked' || own.reason !== 'local' || namedId === undefined || namedId === imageId) return own;
    const named = subjectOf({ image, imageId: namedId }, byId.get(namedId));
    return named.kind === 'asked' ? { ...named, imageId, digests: [] } : own;
  }

  /** The digests of what the container's name means on its host by now, where that is another image than it runs. */
  digestsOfName({ hostId, image, imageId }: Named): readonly string[] {
    const host = this.#hosts.get(hostId);
    const id = host?.idByName.get(image) ?? host?.idByName.get(`${image}:latest`);
    if (id === undefined || id === imageId) return [];
    const subject = subjectOf({ image, imageId: id }, host?.byId.get(id));
    return subject.kind === 'asked' ? [id, ...subject.digests] : [];
  }

  platformOf(imageId: string): Platform | undefined {
    return this.#platforms.get(imageId);
  }

  setPlatform(imageId: string, platform: Platform): void {
    this.#platforms.set(imageId, platform);
  }
}
