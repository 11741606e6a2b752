import type { Container } from '../../../contract/containers.ts';

/**
 * The address that a link to the container may have; null where it has none. Only web addresses become links: what
 * labels say is not to be trusted. A guess does not know this machine's name, and this page was reached by it.
 */
export function webAddress({ webUrl, webUrlSource }: Container, pageHost: string): string | null {
  if (webUrl === null || !URL.canParse(webUrl)) return null;
  const url = new URL(webUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (webUrlSource === 'guess' && url.hostname === 'localhost') url.hostname = pageHost;
  return url.href;
}
