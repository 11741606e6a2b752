import type { CustomFetchOptions } from 'openid-client';
import type { Outbound } from '../../../outbound/index.ts';

/** How the library reaches the provider: by the outbound rules, and never by plain http over public networks. */
export const providerFetch =
  (outbound: Outbound) =>
  async (url: string, { method, headers, body }: CustomFetchOptions): Promise<Response> => {
    const text = body === undefined || body === null ? {} : { body: String(body) };
    const sent: Record<string, string> =
      body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const request = { url, method, headers: { ...sent, ...headers }, ...text, isConfidential: true };
    const answer = await outbound.send(request);
    const type = answer.headers['content-type'];
    const isEmpty = [101, 204, 205, 304].includes(answer.status);
    const init = { status: answer.status, headers: type ? { 'content-type': type } : {} };
    return new Response(isEmpty ? null : answer.body, init);
  };
