import { ChrontainerError } from '../errors/index.ts';
import type { Reply } from './reply.ts';
import type { Visit } from './visit.ts';
import { isUnsafe } from './visit.ts';

/**
 * Where a request by plain http is sent with FORCE_HTTPS; null lets it pass. `/health` stays open: the container's own
 * health check asks the port itself, past the proxy, and the answer holds nothing secret.
 * @throws a 403 for what would have to be sent again with its body
 */
export const redirectToHttps = (visit: Visit, baseUrl: string | null): Reply | null => {
  if (visit.isSecure || visit.path === '/health') return null;
  if (isUnsafe(visit.method))
    throw new ChrontainerError('CHR_FORBIDDEN', 'Only https is allowed here: use the https address.');
  const origin = URL.parse(`https://${visit.host}`)?.origin;
  const base = baseUrl?.startsWith('https:') ? baseUrl : origin && `${origin}${visit.basePath}`;
  if (!base) throw new ChrontainerError('CHR_FORBIDDEN', 'Only https is allowed here: use the https address.');
  return { status: 308, headers: { Location: `${base}${visit.target}` }, body: null };
};
