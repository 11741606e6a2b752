/**
 * What stands before every path of ours: empty, or BASE_URL's path, which the server writes into the page. A `<base>`
 * element would not do: the content security policy forbids it.
 */
export const basePath: string = typeof document === 'undefined' ? '' : (document.documentElement.dataset['base'] ?? '');

/** Where the API begins. */
export const apiPath = `${basePath}/api/v1`;
