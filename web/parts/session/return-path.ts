import { matchRoute, pathTo } from '../../router/match.ts';

/**
 * Where to go after sign-in: a path of this origin and nothing else, so that a link to the sign-in page
 * cannot send anyone elsewhere. The sign-in pages themselves are no goal.
 */
export function returnPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/')) return pathTo('today', {});
  const url = URL.parse(next, origin);
  if (!url || url.origin !== origin) return pathTo('today', {});
  const page = matchRoute(url.pathname)?.name;
  if (page === undefined || page === 'signIn' || page === 'setup') return pathTo('today', {});
  return url.pathname + url.search;
}
