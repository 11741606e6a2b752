import type { OidcProvider } from '../../../contract/oidc.ts';

type GroupRoles = OidcProvider['groupRoles'];

/** Groups and their roles as they are typed: one a line, `group = role`. The last `=` counts: groups may hold some. */
export const toGroupRoles = (text: string): GroupRoles =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf('=');
      return at < 0 ? { group: line, role: '' } : { group: line.slice(0, at).trim(), role: line.slice(at + 1).trim() };
    });

/** The same the other way round. */
export const toGroupLines = (groupRoles: GroupRoles): string =>
  groupRoles.map(({ group, role }) => `${group} = ${role}`).join('\n');
