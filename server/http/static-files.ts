import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Encoding } from './compression.ts';
import { acceptedEncodings, compressWell, smallestCompressed } from './compression.ts';
import type { Reply } from './reply.ts';
import type { Visit } from './visit.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const isCompressible = (type: string): boolean => /^(text\/|application\/|image\/svg)/.test(type);

/** No segment begins with a dot, so no path leads out of the folder or to a hidden file. */
const safePath = /^(\/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)+$/;
/** The build puts the content's hash into these names: what they hold never changes. */
const hashedPath = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.\w+$/;

/** What is kept of a file while it is unchanged: its compressed forms, made at the first request, not its text. */
interface Known {
  version: string;
  etag: string;
  forms: Partial<Record<Encoding, Uint8Array>>;
}

/** The built web interface. */
export class StaticFiles {
  readonly #folder: string;
  readonly #known = new Map<string, Known>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The answer for a file; null where there is none of this name. */
  async find(path: string, visit: Visit): Promise<Reply | null> {
    const type = types[extname(path)];
    if (!type || !safePath.test(path)) return null;
    const file = join(this.#folder, path);
    const stats = await stat(file).catch(nullWhenMissing);
    if (!stats?.isFile()) return null;
    const known = await this.#know(file, `${stats.mtimeMs}-${stats.size}`);
    const encoding = isCompressible(type) && stats.size >= smallestCompressed ? pickEncoding(visit) : undefined;
    const etag = `"${known.etag}${encoding ? `-${encoding}` : ''}"`;
    const headers: Record<string, string> = {
      'Content-Type': type,
      'Cache-Control': hashedPath.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
      ...(isCompressible(type) ? { Vary: 'Accept-Encoding' } : {}),
    };
    if (visit.header('if-none-match')?.includes(etag)) return { status: 304, headers, body: null };
    if (!encoding) return { status: 200, headers, body: await readFile(file) };
    known.forms[encoding] ??= await compressWell(await readFile(file), encoding);
    return { status: 200, headers: { ...headers, 'Content-Encoding': encoding }, body: known.forms[encoding] ?? null };
  }

  /** The text of a file that is there by name; null where it is not. */
  async read(path: string): Promise<string | null> {
    return readFile(join(this.#folder, path), 'utf8').catch(nullWhenMissing);
  }

  async #know(file: string, version: string): Promise<Known> {
    const known = this.#known.get(file);
    if (known?.version === version) return known;
    const etag = createHash('sha256')
      .update(await readFile(file))
      .digest('base64url')
      .slice(0, 16);
    const fresh: Known = { version, etag, forms: {} };
    this.#known.set(file, fresh);
    return fresh;
  }
}

const pickEncoding = (visit: Visit): Encoding | undefined => acceptedEncodings(visit.header('accept-encoding'))[0];

const nullWhenMissing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG') return null;
  throw error;
};
