/** How a registry wants to be asked (RFC 9110, 11.6.1; the token authentication of the distribution project). */
export type Challenge = { scheme: 'basic' } | { scheme: 'bearer'; realm: string; service: string | null };

const longest = 4096;

/** Of what `WWW-Authenticate` offers the first that is understood; null where none is. */
export const readChallenge = (header: string | undefined): Challenge | null => {
  const text = (header ?? '').slice(0, longest);
  const bearer = /\bBearer\s/i.exec(text);
  if (bearer) {
    const values = parametersOf(text.slice(bearer.index + bearer[0].length));
    const realm = values.get('realm');
    if (realm) return { scheme: 'bearer', realm, service: values.get('service') ?? null };
  }
  return /(?:^|,)\s*Basic\b/i.test(text) ? { scheme: 'basic' } : null;
};

/** Each value is quoted, or a token. */
const parametersOf = (text: string): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, token] of text.matchAll(/(\w+)=(?:"([^"]*)"|([^\s",]+))/g)) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), quoted ?? token ?? '');
  }
  return found;
};
