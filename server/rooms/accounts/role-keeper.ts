import type { Transaction } from 'kysely';
import type { RoleAnswer, RoleInput } from '../../../contract/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { Caller } from '../../http/index.ts';
import { builtInRoles, isBuiltInRole } from '../../policy/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';
import type { OwnRole, Roles } from './roles.ts';
import { isWithin } from './user-keeper.ts';
import type { Users } from './users.ts';

interface Parts {
  db: Database;
  clock: Clock;
  activity: ActivityLog;
  users: Users;
  roles: Roles;
}

/** Makes, changes and removes roles. A change holds at once for everybody who has the role. */
export class RoleKeeper {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The built-in ones first. */
  async list(): Promise<RoleAnswer[]> {
    const counts = await this.#parts.users.countByRole();
    const builtIn = Object.entries(builtInRoles).map(([name, permissions]) => ({
      id: null,
      name,
      permissions: [...permissions],
      scopes: null,
      users: counts.get(name) ?? 0,
    }));
    return [...builtIn, ...this.#parts.roles.own().map((one) => present(one, counts.get(one.name) ?? 0))];
  }

  /** @throws CHR_INVALID_INPUT for a name that is taken, CHR_FORBIDDEN for rights that the caller lacks */
  async create(input: RoleInput, caller: Caller): Promise<RoleAnswer> {
    this.#check(input, caller, null);
    const { db, clock, roles } = this.#parts;
    const now = clock.now();
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('roles')
        .values({ ...rowOf(input), created_at: now, updated_at: now })
        .execute();
      const note = { target: input.name, message: describe(input), changes: changesOf(null, input) };
      await this.#record(caller, 'role.create', note, trx);
    });
    await roles.reload();
    return this.#named(input.name);
  }

  /** @throws CHR_NOT_FOUND, and as `create` */
  async change(id: number, input: RoleInput, caller: Caller): Promise<RoleAnswer> {
    const before = this.#known(id, caller);
    this.#check(input, caller, before);
    const { db, clock, roles } = this.#parts;
    await db.transaction().execute(async (trx) => {
      const row = { ...rowOf(input), updated_at: clock.now() };
      await trx.updateTable('roles').set(row).where('id', '=', id).execute();
      await trx.updateTable('users').set({ role: input.name }).where('role', '=', before.name).execute();
      const was = inputOf(before);
      const message = `${describe(was)} → ${describe(input)}`;
      await this.#record(caller, 'role.update', { target: input.name, message, changes: changesOf(was, input) }, trx);
    });
    await roles.reload();
    return this.#named(input.name);
  }

  /** @throws CHR_NOT_FOUND, CHR_CONFLICT while accounts have it */
  async remove(id: number, caller: Caller): Promise<void> {
    const before = this.#known(id, caller);
    const { name } = before;
    const { db, users, roles } = this.#parts;
    const count = (await users.countByRole()).get(name) ?? 0;
    if (count > 0) {
      throw new ChrontainerError('CHR_CONFLICT', `${count} accounts have the role ${name}: give them another first.`);
    }
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('roles').where('id', '=', id).execute();
      await this.#record(caller, 'role.delete', { target: name, changes: changesOf(inputOf(before), null) }, trx);
    });
    await roles.reload();
  }

  async #named(name: string): Promise<RoleAnswer> {
    const found = (await this.list()).find((one) => one.name === name);
    if (!found) throw new Error(`the role ${name} was written and is not there`);
    return found;
  }

  #known(id: number, caller: Caller): OwnRole {
    const found = this.#parts.roles.own().find((one) => one.id === id);
    if (!found) throw notFound(`There is no role ${id}; the built-in ones cannot be changed.`);
    demandWithin(found, caller);
    return found;
  }

  #check(input: RoleInput, caller: Caller, before: OwnRole | null): void {
    const isTaken = this.#parts.roles.own().some(({ id, name }) => name === input.name && id !== before?.id);
    if (isTaken || isBuiltInRole(input.name.toLowerCase())) {
      throw invalidInput([{ path: 'name', message: 'is taken; choose another' }]);
    }
    demandWithin({ permissions: new Set(input.permissions) }, caller);
  }

  #record(
    { actor }: Caller,
    action: string,
    note: Pick<ActivityEntry, 'target' | 'message' | 'changes'>,
    trx: Transaction<Tables>,
  ): Promise<void> {
    return this.#parts.activity.record({ actor, action, result: 'ok', ...note }, trx);
  }
}

const demandWithin = (role: Pick<OwnRole, 'permissions'>, { rights }: Caller): void => {
  if (isWithin(role, rights)) return;
  throw new ChrontainerError('CHR_FORBIDDEN', 'This role has rights that your account does not have.');
};

const rowOf = ({ name, permissions, scopes }: RoleInput) => ({
  name,
  permissions: JSON.stringify([...new Set(permissions)]),
  scopes: scopes && JSON.stringify(scopes),
});

const inputOf = ({ name, permissions, scopes }: OwnRole): RoleInput => ({
  name,
  permissions: [...permissions],
  scopes: scopes && [...scopes],
});

const describe = ({ name, permissions, scopes }: RoleInput): string =>
  `${name}: ${permissions.join(', ')}; ${scopes ? JSON.stringify(scopes) : 'everywhere'}`;

const present = ({ id, name, permissions, scopes }: OwnRole, users: number): RoleAnswer => ({
  id,
  name,
  permissions: [...permissions],
  scopes: scopes && [...scopes],
  users,
});
