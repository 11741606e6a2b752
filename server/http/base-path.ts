/** BASE_URL's path, without a slash at its end; empty where the program has the whole host. */
export const basePathOf = (baseUrl: string | null): string =>
  baseUrl === null ? '' : (URL.parse(baseUrl)?.pathname.replace(/\/$/, '') ?? '');

/**
 * The target as it would be without the base path. One that does not begin with it stays: some proxies take it off
 * themselves, and a health check asks the port directly.
 */
export const withoutBasePath = (target: string, basePath: string): string => {
  if (basePath === '' || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : target;
};

/** The one document of the pages, with its own addresses below the base path. */
export const documentBelow = (basePath: string, html: string): string =>
  html.replace('data-base=""', `data-base="${basePath}"`).replaceAll(/ (href|src)="\/(?!\/)/g, ` $1="${basePath}/`);
