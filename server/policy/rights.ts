import type { Permission, Scope, Selector } from '../../contract/index.ts';
import { instanceWide } from '../../contract/index.ts';

/** Where something is done: a host as a whole (without stack and tags), or a container on it. */
export interface Place {
  hostId: number;
  /** Null for a container of no stack. */
  stack?: string | null;
  tags?: readonly { name: string }[];
}

/** Rights, and where they hold; null: everywhere. */
export interface Grant {
  permissions: ReadonlySet<Permission>;
  scopes: readonly Scope[] | null;
}

/**
 * What a caller may do, and where: the one policy of the program. It is made of grants that must all allow: those of
 * an account's role, and with an API key those of the key as well, which so can never exceed its owner.
 */
export class Rights {
  readonly #grants: readonly Grant[];
  /** The rights that are had everywhere or somewhere. */
  readonly permissions: ReadonlySet<Permission>;
  /** False for a caller who is limited to some hosts, stacks or tags. */
  readonly isEverywhere: boolean;

  constructor(grants: readonly Grant[]) {
    this.#grants = grants;
    const [first] = grants;
    this.permissions = new Set([...(first?.permissions ?? [])].filter((one) => grants.every((g) => has(g, one))));
    this.isEverywhere = grants.every(({ scopes }) => scopes === null);
  }

  /** With a place: whether the right is had there. Without one: whether it is had at all. */
  can(permission: Permission, place?: Place): boolean {
    if (!this.permissions.has(permission)) return false;
    if (!place) return true;
    return this.#grants.every(({ scopes }) => scopes === null || scopes.some((scope) => holds(scope, place)));
  }

  /** Whether the right is had for everything, of whatever name and on whatever host. */
  canEverywhere(permission: Permission): boolean {
    return this.isEverywhere && this.permissions.has(permission);
  }

  /**
   * Whether the right is had for all that a selector can ever mean, not only for what it means now: a schedule that
   * was made by somebody who is limited must not reach further when a new container fits its selector.
   */
  covers(permission: Permission, selector: Selector, placeOf: PlaceFinder): boolean {
    if ('container' in selector) return this.can(permission, placeOf(selector.hostId, selector.container));
    if (!this.permissions.has(permission)) return false;
    return this.#grants.every(({ scopes }) => scopes === null || scopes.some((scope) => contains(scope, selector)));
  }

  /** These rights, limited further. */
  within(grant: Grant): Rights {
    return new Rights([...this.#grants, grant]);
  }

  /** The limits of the last grant that has some, for showing; null where there are none. */
  get scopes(): readonly Scope[] | null {
    return this.#grants.findLast(({ scopes }) => scopes !== null)?.scopes ?? null;
  }

  /** Equal for equal rights: a stream that was opened with other rights than its caller has now is ended. */
  get fingerprint(): string {
    return JSON.stringify(this.#grants.map(({ permissions, scopes }) => [[...permissions].sort(), scopes]));
  }
}

/** Where the container of that name is; one that is gone belongs to its host alone. */
export type PlaceFinder = (hostId: number, container: string) => Place;

const has = ({ permissions, scopes }: Grant, permission: Permission): boolean =>
  permissions.has(permission) && (scopes === null || !instanceWide.includes(permission));

const holds = (scope: Scope, { hostId, stack, tags }: Place): boolean =>
  (scope.hostId === undefined || scope.hostId === hostId) &&
  (scope.stack === undefined || scope.stack === stack) &&
  (scope.tag === undefined || (tags?.some(({ name }) => name === scope.tag) ?? false));

const contains = (scope: Scope, selector: Exclude<Selector, { container: string }>): boolean =>
  (scope.hostId === undefined || ('hostId' in selector && selector.hostId === scope.hostId)) &&
  (scope.stack === undefined || ('stack' in selector && selector.stack === scope.stack)) &&
  (scope.tag === undefined || ('tag' in selector && selector.tag === scope.tag));
