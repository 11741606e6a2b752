import type { EngineFacts } from '../../contract/index.ts';
import { deadlines } from './deadlines.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, instantOf, instantOfSeconds, isFields, listOf, numberOf, textOf, textsOf } from './fields.ts';
import type { Line } from './jobs.ts';
import { imagePath, networkPath } from './paths.ts';

export interface StoredImage {
  id: string;
  names: string[];
  digests: string[];
  createdAt: number | null;
  sizeBytes: number;
}

export interface DescribedImage {
  id: string;
  names: string[];
  /** `repository@sha256:…` */
  digests: string[];
  os: string;
  architecture: string;
  variant: string | null;
}

export interface StoredVolume {
  name: string;
  driver: string;
  createdAt: number | null;
  labels: Record<string, string>;
}

export interface StoredNetwork {
  id: string;
  name: string;
  driver: string;
  scope: string;
  internal: boolean;
  subnets: string[];
  labels: Record<string, string>;
}

/** A container with what it uses of the stock. */
export interface StockUser {
  name: string;
  imageId: string;
  volumes: string[];
  /** By name. */
  networks: string[];
}

/**
 * Images, volumes and networks of an engine.
 * @throws EngineError from every method
 */
export class Stock {
  readonly #line: Line;
  readonly #kind: () => EngineFacts['kind'];

  constructor(line: Line, kind: () => EngineFacts['kind']) {
    this.#line = line;
    this.#kind = kind;
  }

  /** Those that have a name, or are no mere layer of another. */
  async images(): Promise<StoredImage[]> {
    return (await this.#list('/images/json', 'list its images')).map(readImage);
  }

  /** Those that nobody named, by ID. */
  async danglingImages(): Promise<Set<string>> {
    const rows = await this.#list(`/images/json?${dangling}`, 'list its images');
    return new Set(rows.map((row) => fullImageId(textOf(row['Id']))));
  }

  async volumes(): Promise<StoredVolume[]> {
    return (await this.#volumes('/volumes')).map(readVolume);
  }

  /** The names of those that no container uses, running or not. */
  async danglingVolumes(): Promise<Set<string>> {
    return new Set((await this.#volumes(`/volumes?${dangling}`)).map((row) => textOf(row['Name'])));
  }

  async networks(): Promise<StoredNetwork[]> {
    return (await this.#list('/networks', 'list its networks')).map(readNetwork);
  }

  /**
   * Whether no running container uses a network: then a clean-up takes it. The list of engines before API 1.42 gives
   * networks in use, too, where it is asked for those that are not; only one by one they tell.
   */
  async isIdleNetwork(id: string): Promise<boolean> {
    const question = { purpose: `describe the network ${id}`, deadlineMs: deadlines.inspect };
    const answer = await this.#line.ask({ method: 'GET', path: networkPath(id), ...question });
    return Object.keys(fieldsOf(answer['Containers'])).length === 0;
  }

  /** All containers with what they use. */
  async users(): Promise<StockUser[]> {
    return (await this.#list('/containers/json?all=true', 'list its containers')).map(readUser);
  }

  /** What images share with others, by ID; empty where the engine does not tell. It may take minutes. */
  async sharedBytes(): Promise<Map<string, number>> {
    // Podman tells 0 for each, whatever they share.
    if (this.#kind() === 'podman') return new Map();
    const rows = listOf((await this.#measure('image'))['Images']).filter(isFields);
    const told = rows.filter((row) => typeof row['SharedSize'] === 'number' && row['SharedSize'] >= 0);
    return new Map(told.map((row) => [fullImageId(textOf(row['Id'])), numberOf(row['SharedSize'])]));
  }

  /** What volumes take, by name; without those whose driver does not tell. It may take minutes. */
  async volumeBytes(): Promise<Map<string, number>> {
    const rows = listOf((await this.#measure('volume'))['Volumes']).filter(isFields);
    const sizes = rows.map((row) => [textOf(row['Name']), fieldsOf(row['UsageData'])['Size']] as const);
    return new Map(sizes.flatMap(([name, size]) => (typeof size === 'number' && size >= 0 ? [[name, size]] : [])));
  }

  /** The ID and all names of an image, and what it is made for. */
  async image(nameOrId: string): Promise<DescribedImage> {
    const question = { purpose: `describe the image ${nameOrId}`, deadlineMs: deadlines.inspect };
    const answer = await this.#line.ask({ method: 'GET', path: `${imagePath(nameOrId)}/json`, ...question });
    return {
      id: fullImageId(textOf(answer['Id'])),
      names: namesOf(answer['RepoTags']),
      digests: namesOf(answer['RepoDigests']),
      os: textOf(answer['Os']),
      architecture: textOf(answer['Architecture']),
      variant: textOf(answer['Variant']) || null,
    };
  }

  /** Gives an image a further name; `latest` where it has no tag. */
  async tagImage(image: string, name: string): Promise<void> {
    const { repository, tag } = splitName(name);
    const query = new URLSearchParams({ repo: repository, tag });
    const question = { purpose: `name the image ${image}`, deadlineMs: deadlines.inspect };
    await this.#line.ask({ method: 'POST', path: `${imagePath(image)}/tag?${query}`, ...question });
  }

  /** Takes a name away and, with the last one, the image. Never forced: what a container uses stays. */
  async removeImage(nameOrId: string): Promise<void> {
    const question = { purpose: `remove the image ${nameOrId}`, deadlineMs: deadlines.remove };
    // The answer is a list, of which nothing is needed.
    await this.#line.list({ method: 'DELETE', path: imagePath(nameOrId), ...question });
  }

  #list(path: string, purpose: string): Promise<Fields[]> {
    return this.#line.list({ method: 'GET', path, purpose, deadlineMs: deadlines.list });
  }

  async #volumes(path: string): Promise<Fields[]> {
    const question = { purpose: 'list its volumes', deadlineMs: deadlines.list };
    return listOf((await this.#line.ask({ method: 'GET', path, ...question }))['Volumes']).filter(isFields);
  }

  /** Engines before API 1.42 do not know the type, and count all. */
  #measure(type: 'image' | 'volume'): Promise<Fields> {
    const question = { purpose: 'count what it keeps on the disk', deadlineMs: deadlines.diskUse };
    return this.#line.ask({ method: 'GET', path: `/system/df?type=${type}`, ...question });
  }
}

const dangling = new URLSearchParams({ filters: JSON.stringify({ dangling: ['true'] }) });

/** Podman leaves out what kind of digest it is. */
const fullImageId = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id);

/** The beginning of an image's ID, as people are shown it. */
export const shortImageId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** An image without a name has a list that is missing, empty, or says so in its own way. */
const namesOf = (list: unknown): string[] =>
  listOf(list)
    .map(textOf)
    .filter((name) => name !== '' && !name.includes('<none>'));

const readImage = (row: Fields): StoredImage => ({
  id: fullImageId(textOf(row['Id'])),
  names: namesOf(row['RepoTags']),
  digests: namesOf(row['RepoDigests']),
  createdAt: instantOfSeconds(row['Created']),
  sizeBytes: Math.max(0, numberOf(row['Size'])),
});

const readVolume = (row: Fields): StoredVolume => ({
  name: textOf(row['Name']),
  driver: textOf(row['Driver']),
  createdAt: instantOf(row['CreatedAt']),
  labels: textsOf(row['Labels']),
});

const readNetwork = (row: Fields): StoredNetwork => ({
  id: textOf(row['Id']),
  name: textOf(row['Name']),
  driver: textOf(row['Driver']),
  scope: textOf(row['Scope']),
  internal: row['Internal'] === true,
  subnets: listOf(fieldsOf(row['IPAM'])['Config'])
    .map((one) => textOf(fieldsOf(one)['Subnet']))
    .filter((subnet) => subnet !== ''),
  labels: textsOf(row['Labels']),
});

const readUser = (row: Fields): StockUser => ({
  name: textOf(listOf(row['Names'])[0]).replace(/^\//, ''),
  imageId: fullImageId(textOf(row['ImageID'])),
  volumes: listOf(row['Mounts'])
    .map(fieldsOf)
    .filter((mount) => mount['Type'] === 'volume')
    .map((mount) => textOf(mount['Name'])),
  networks: Object.keys(fieldsOf(fieldsOf(row['NetworkSettings'])['Networks'])),
});

/** The colon of a port comes before the last slash. */
const splitName = (name: string): { repository: string; tag: string } => {
  const at = name.indexOf(':', name.lastIndexOf('/') + 1);
  return at === -1 ? { repository: name, tag: 'latest' } : { repository: name.slice(0, at), tag: name.slice(at + 1) };
};
