import type { Selectable } from 'kysely';
import * as v from 'valibot';
import { permission, scope } from '../../../contract/index.ts';
import type { Database, RolesTable } from '../../database/index.ts';
import type { Grant } from '../../policy/index.ts';
import { builtInRoles, isBuiltInRole, Rights } from '../../policy/index.ts';

/** A role that somebody made. */
export interface OwnRole extends Grant {
  id: number;
  name: string;
}

/** What the roles grant. They are few and asked for with every call: they are held in memory. */
export class Roles {
  readonly #db: Database;
  #own = new Map<string, OwnRole>();

  private constructor(db: Database) {
    this.#db = db;
  }

  static async open(db: Database): Promise<Roles> {
    const roles = new Roles(db);
    await roles.reload();
    return roles;
  }

  /** To be called when the table was changed. */
  async reload(): Promise<void> {
    const rows = await this.#db.selectFrom('roles').selectAll().orderBy('name').execute();
    this.#own = new Map(rows.map((row) => [row.name, toRole(row)]));
  }

  own(): OwnRole[] {
    return [...this.#own.values()];
  }

  has(name: string): boolean {
    return isBuiltInRole(name) || this.#own.has(name);
  }

  /** A role that is gone grants nothing. */
  rightsOf(name: string): Rights {
    if (isBuiltInRole(name)) return new Rights([{ permissions: builtInRoles[name], scopes: null }]);
    return new Rights([this.#own.get(name) ?? { permissions: new Set(), scopes: [] }]);
  }
}

const toRole = (row: Selectable<RolesTable>): OwnRole => ({
  id: row.id,
  name: row.name,
  permissions: new Set(v.parse(v.array(permission), JSON.parse(row.permissions))),
  scopes: row.scopes === null ? null : v.parse(v.array(scope), JSON.parse(row.scopes)),
});
