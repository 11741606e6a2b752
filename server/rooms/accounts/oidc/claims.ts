import * as v from 'valibot';
import type { OidcProvider } from '../../../../contract/index.ts';
import { username } from '../../../../contract/index.ts';

/** What counts of what the provider says; whatever is of another form is as if it had not been said. */
export interface Person {
  subject: string;
  /** Only where the provider has verified it. */
  email: string | null;
  /** What an account could be called, the best first. */
  names: string[];
  groups: string[];
}

const subject = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const email = v.pipe(v.string(), v.maxLength(254), v.regex(/^[^\s@]+@[^\s@]+$/));
const groups = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
]);

/** @throws where the provider does not say who it is */
export const personOf = (claims: Record<string, unknown>, groupsClaim: string | null): Person => {
  const isVerified = claims['email_verified'] === true || claims['email_verified'] === 'true';
  const address = isVerified ? read(email, claims['email']) : null;
  const preferred = read(username, claims['preferred_username']);
  // One with @ would be taken for somebody's address, which nobody has verified.
  const names = [preferred?.includes('@') ? null : preferred, address && read(username, address)];
  return {
    subject: v.parse(subject, claims['sub']),
    email: address,
    names: names.filter((name) => name !== null),
    groups: groupsClaim !== null && Object.hasOwn(claims, groupsClaim) ? (read(groups, claims[groupsClaim]) ?? []) : [],
  };
};

/**
 * The role by the groups, else the default one; null: stays outside. A role that is gone counts as none.
 * @param isRole whether there is such a role
 */
export const roleFor = (
  { groups: theirs }: Pick<Person, 'groups'>,
  { groupRoles, defaultRole }: Pick<OidcProvider, 'groupRoles' | 'defaultRole'>,
  isRole: (name: string) => boolean,
): string | null => {
  const fitting = groupRoles.find(({ group, role }) => theirs.includes(group) && isRole(role));
  if (fitting) return fitting.role;
  return defaultRole !== null && isRole(defaultRole) ? defaultRole : null;
};

const read = <S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null => {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : null;
};
