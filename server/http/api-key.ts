/** What every API key of ours begins with. */
export const keyStart = 'chr_';

/**
 * The API key that a request carries in `X-API-Key` or as `Authorization: Bearer`; undefined where there is none. A
 * bearer token that is not of ours is somebody else's business: some proxies send one with every request.
 */
export const presentedKey = (header: (name: string) => string | undefined): string | undefined => {
  const own = header('x-api-key');
  if (own !== undefined) return own.trim();
  const bearer = /^bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1];
  return bearer?.startsWith(keyStart) ? bearer : undefined;
};
