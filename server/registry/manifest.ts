import { createHash } from 'node:crypto';
import { RegistryError } from './error.ts';

/** What an image is made for. */
export interface Platform {
  os: string;
  architecture: string;
  variant: string | null;
}

export interface Child extends Platform {
  digest: string;
}

/** What a registry keeps under a digest: a list of images for several platforms, or one image. */
export type Manifest = { kind: 'index'; children: Child[] } | { kind: 'image'; configDigest: string | null };

/** Whoever leaves one out is given what nobody pulls, or 404. */
export const acceptedTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export const digestForm = /^sha256:[0-9a-f]{64}$/;
export const digestOf = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** @throws RegistryError */
export const readManifest = (body: string): Manifest => {
  const document = parse(body);
  if (!Array.isArray(document['manifests'])) {
    const digest = textOf(fieldsOf(document['config'])['digest']);
    return { kind: 'image', configDigest: digestForm.test(digest) ? digest : null };
  }
  const children = document['manifests'].map(fieldsOf).map((child) => {
    const platform = fieldsOf(child['platform']);
    return {
      digest: textOf(child['digest']),
      os: textOf(platform['os']),
      architecture: textOf(platform['architecture']),
      variant: textOf(platform['variant']) || null,
    };
  });
  // Attestations stand beside images as ones for an unknown platform.
  return { kind: 'index', children: children.filter(({ digest, os }) => digestForm.test(digest) && os !== 'unknown') };
};

const parse = (body: string): Record<string, unknown> => {
  try {
    return fieldsOf(JSON.parse(body));
  } catch (cause) {
    throw new RegistryError('odd', 'The registry answered something that is no manifest.', { cause });
  }
};

/** The child that an engine would take for a platform; undefined where there is none. */
export const childFor = (children: readonly Child[], { os, architecture, variant }: Platform): Child | undefined => {
  const fitting = children.filter((child) => child.os === os && child.architecture === architecture);
  const wanted = variant ?? usualVariant(architecture);
  return fitting.find((child) => (child.variant ?? usualVariant(architecture)) === wanted) ?? fitting[0];
};

/** What is left out means these, as containerd has it. */
const usualVariant = (architecture: string): string | null => {
  if (architecture === 'arm64') return 'v8';
  return architecture === 'arm' ? 'v7' : null;
};
