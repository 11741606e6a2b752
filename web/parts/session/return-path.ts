/**
 * Where to go after sign-in: a path of this origin and nothing else, so that a link to the sign-in page
 * cannot send anyone elsewhere. The sign-in pages themselves are no goal.
 */
export function returnPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/')) return '/';
  const url = URL.parse(next, origin);
  if (!url || url.origin !== origin) return '/';
  if (url.pathname === '/sign-in' || url.pathname === '/setup') return '/';
  return url.pathname + url.search;
}
