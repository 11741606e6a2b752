import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { LabEngine } from './engine.ts';
import type { Registry } from './registry.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const imageType = 'application/vnd.docker.distribution.manifest.v2+json';

/**
 * Makes an image that differs from the tiny one by a variable of its environment.
 * @param changes further lines of a Dockerfile
 */
export const makeImage = async (
  engine: LabEngine,
  name: string,
  mark: string,
  changes: readonly string[] = [],
): Promise<void> => {
  const id = await engine.run(`maker-${mark}`, { start: false });
  const [repo = '', tag = ''] = name.split(':');
  const query = new URLSearchParams({ container: id, repo, tag, changes: `ENV MARK=${mark}` });
  for (const change of changes) query.append('changes', change);
  assert.equal((await engine.request('POST', `/commit?${query}`, {})).status, 201);
  await engine.remove(`maker-${mark}`);
};

/** Pulls as `docker pull` does. */
export const pull = async (engine: LabEngine, name: string): Promise<void> => {
  const at = name.lastIndexOf(':');
  const query = new URLSearchParams({ fromImage: name.slice(0, at), tag: name.slice(at + 1) });
  const { json } = await engine.request('POST', `/images/create?${query}`);
  assert.ok(!JSON.stringify(json).includes('errorDetail'), JSON.stringify(json));
};

/** Puts an index over images of the same repository, as `docker buildx` does for several platforms; answers its digest. */
export const pushIndex = async (
  registry: Registry,
  repository: string,
  tag: string,
  children: { tag: string; architecture: string }[],
): Promise<string> => {
  const base = `http://127.0.0.1:${registry.port}/v2/${repository}/manifests`;
  const manifests = await Promise.all(
    children.map(async (child) => {
      const answer = await fetch(`${base}/${child.tag}`, { headers: { accept: imageType } });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const platform = { os: 'linux', architecture: child.architecture };
      return { mediaType: imageType, digest: digestOf(bytes), size: bytes.byteLength, platform };
    }),
  );
  const body = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  const answer = await fetch(`${base}/${tag}`, { method: 'PUT', headers: { 'content-type': indexType }, body });
  assert.equal(answer.status, 201, await answer.text());
  return digestOf(Buffer.from(body));
};

/** Puts an image that is for another machine under a tag, otherwise the same as what is there. */
export const pushForeign = async (registry: Registry, repository: string, tag: string, architecture: string) => {
  const base = `http://127.0.0.1:${registry.port}/v2/${repository}`;
  const read = async (path: string) => {
    const answer = await fetch(`${base}/${path}`, { headers: { accept: imageType } });
    return v.parse(
      v.looseObject({ config: v.optional(v.looseObject({ digest: v.optional(v.string()) })) }),
      await answer.json(),
    );
  };
  const manifest = await read(`manifests/${tag}`);
  const config = await read(`blobs/${manifest.config?.digest}`);
  const bytes = Buffer.from(JSON.stringify({ ...config, architecture }));
  const digest = digestOf(bytes);
  const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', base);
  place.searchParams.set('digest', digest);
  const stored = await fetch(place, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  assert.equal(stored.status, 201, await stored.text());
  const body = JSON.stringify({ ...manifest, config: { ...manifest.config, digest, size: bytes.byteLength } });
  const answer = await fetch(`${base}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': imageType },
    body,
  });
  assert.equal(answer.status, 201, await answer.text());
};

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
