import { createHash, randomBytes } from 'node:crypto';
import type { Permission } from '../../contract/index.ts';
import { permission, rightsOfKeyScope } from '../../contract/index.ts';
import type { Database } from '../../server/database/index.ts';
import { builtInRoles } from '../../server/policy/index.ts';

/** Somebody, or something, that calls every route. */
export interface Persona {
  name: string;
  headers: Record<string, string>;
  /** What is had; null for who is nobody to the program. */
  rights: ReadonlySet<Permission> | null;
  kind: 'stranger' | 'bad key' | 'session' | 'key';
  /** Limited to a host that does not exist. */
  isLimited?: boolean;
  /** The password was typed long ago. */
  isStale?: boolean;
  /** Another site makes a browser send the call. */
  isFromElsewhere?: boolean;
}

const now = Date.now();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const nowhere = 424_242;

/** Makes the accounts, roles, sessions and keys, and tells who they are. */
export const makePersonas = async (db: Database): Promise<Persona[]> => {
  const all = new Set(permission.options);
  const keeper: Permission[] = ['view', 'logs', 'operate', 'exec', 'update', 'schedules', 'hosts'];
  const limited = { permissions: JSON.stringify(keeper), scopes: JSON.stringify([{ hostId: nowhere }]) };
  await db
    .insertInto('roles')
    .values({ name: 'keeper', ...limited, created_at: now, updated_at: now })
    .execute();
  const admin = await addUser(db, 'root', 'admin');
  const disabled = await addUser(db, 'gone', 'admin', 0);
  const session = async (name: string, role: string) => cookie(await addSession(db, await addUser(db, name, role)));
  const adminCookie = cookie(await addSession(db, admin));
  const key = async (scope: object, more?: object, owner = admin) => ({
    'X-API-Key': await addKey(db, owner, { scopes: '[]', permissions: '[]', ...scope }, more),
  });
  const scoped = (...scopes: string[]) => ({ scopes: JSON.stringify(scopes) });
  const badKey = { rights: null, kind: 'bad key' } as const;
  return [
    { name: 'nobody', headers: {}, rights: null, kind: 'stranger' },
    { name: 'a session that is none', headers: cookie('x'.repeat(43)), rights: null, kind: 'stranger' },
    {
      name: 'a session of a disabled account',
      headers: cookie(await addSession(db, disabled)),
      rights: null,
      kind: 'stranger',
    },
    { name: 'viewer', headers: await session('vera', 'viewer'), rights: builtInRoles.viewer, kind: 'session' },
    { name: 'operator', headers: await session('otto', 'operator'), rights: builtInRoles.operator, kind: 'session' },
    { name: 'admin', headers: adminCookie, rights: all, kind: 'session' },
    {
      name: 'limited role',
      headers: await session('kim', 'keeper'),
      rights: new Set(keeper),
      kind: 'session',
      isLimited: true,
    },
    {
      name: 'admin, password long ago',
      headers: cookie(await addSession(db, admin, 0)),
      rights: all,
      kind: 'session',
      isStale: true,
    },
    {
      name: 'admin from another site',
      headers: { ...adminCookie, Origin: 'https://elsewhere.example' },
      rights: all,
      kind: 'session',
      isFromElsewhere: true,
    },
    { name: 'key read', headers: await key(scoped('read')), rights: new Set(rightsOfKeyScope.read), kind: 'key' },
    { name: 'key write', headers: await key(scoped('write')), rights: new Set(rightsOfKeyScope.write), kind: 'key' },
    {
      name: 'key admin',
      headers: { ...(await key(scoped('admin'))), Origin: 'https://elsewhere.example' },
      rights: all,
      kind: 'key',
    },
    {
      name: 'key with one right',
      headers: await key({ permissions: '["notifications"]' }),
      rights: new Set(['notifications']),
      kind: 'key',
    },
    {
      name: 'key admin, limited',
      headers: await key(scoped('admin'), { hosts: `[${nowhere}]` }),
      rights: new Set(keeper),
      kind: 'key',
      isLimited: true,
    },
    { name: 'expired key', headers: await key(scoped('admin'), { expires_at: now - 1 }), ...badKey },
    { name: 'revoked key', headers: await key(scoped('admin'), { revoked_at: now }), ...badKey },
    { name: 'key of a disabled account', headers: await key(scoped('admin'), {}, disabled), ...badKey },
    { name: 'bad key beside a good session', headers: { ...adminCookie, 'X-API-Key': 'chr_wrong' }, ...badKey },
  ];
};

const cookie = (reference: string) => ({ Cookie: `chrontainer_session=${reference}` });

const addUser = async (db: Database, username: string, role: string, enabled = 1): Promise<number> => {
  const row = { username, role, enabled, password_hash: 'no hash', created_at: now };
  return (await db.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id;
};

const addSession = async (db: Database, userId: number, confirmedAt = now): Promise<string> => {
  const reference = randomBytes(32).toString('base64url');
  const at = { created_at: now, last_used_at: now, confirmed_at: confirmedAt };
  const row = { hash: sha256(reference), user_id: userId, address: '', user_agent: '', ...at };
  await db.insertInto('sessions').values(row).execute();
  return reference;
};

const addKey = async (
  db: Database,
  userId: number,
  rights: { scopes: string; permissions: string },
  more: object = {},
): Promise<string> => {
  const key = `chr_${randomBytes(32).toString('base64url')}`;
  const row = { user_id: userId, name: 'key', prefix: key.slice(0, 12), hash: sha256(key), created_at: now };
  await db
    .insertInto('api_keys')
    .values({ ...row, ...rights, ...more })
    .execute();
  return key;
};
