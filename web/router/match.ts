import { basePath } from './base.ts';

/** Every page of the UI and its path; `:name` stands for one segment. */
export const routes = {
  today: '/',
  schedules: '/schedules',
  newSchedule: '/schedules/new',
  deletedSchedules: '/schedules/bin',
  schedule: '/schedules/:id',
  runs: '/runs',
  run: '/runs/:id',
  containers: '/containers',
  container: '/containers/:hostId/:name',
  images: '/images',
  logs: '/logs',
  notifications: '/notifications',
  hosts: '/hosts',
  activity: '/activity',
  settings: '/settings',
  profile: '/profile',
  users: '/users',
  access: '/access',
  signIn: '/sign-in',
  setup: '/setup',
  newPassword: '/new-password',
  snooze: '/snooze',
} as const;

export type RouteName = keyof typeof routes;

type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
export type Params<N extends RouteName> = Record<Names<(typeof routes)[N]>, string | number>;
export type Query = Record<string, string | number | null | undefined>;

export interface Match {
  name: RouteName;
  params: Record<string, string>;
}

/** The page for a path, or null. A fixed segment wins over a parameter, since `/schedules/new` stands first. */
export function matchRoute(pathname: string): Match | null {
  if (!`${pathname}/`.startsWith(`${basePath}/`)) return null;
  const given = segments(pathname.slice(basePath.length));
  for (const [name, pattern] of Object.entries(routes)) {
    const params = matchSegments(segments(pattern), given);
    if (params && isRouteName(name)) return { name, params };
  }
  return null;
}

/** The address of a page; values that are null, undefined or empty stay out of the query. */
export function pathTo<N extends RouteName>(name: N, params: Params<N>, query: Query = {}): string {
  const values = new Map<string, unknown>(Object.entries(params));
  const path = routes[name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(values.get(key))));
  return basePath + path + queryString(query);
}

/** `?a=1&b=2`, or nothing. */
export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(routes, name);
}

function segments(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function matchSegments(pattern: string[], given: string[]): Record<string, string> | null {
  if (pattern.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (decoded === null) return null;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
