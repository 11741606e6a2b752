import { createHmac } from 'node:crypto';
import type { Compose } from './channel.ts';

/**
 * Any address that takes JSON. With a signing key the header `X-Chrontainer-Signature` is `t=<seconds>,v1=<hex>`, the
 * HMAC-SHA256 of `<seconds>.<body>`, as Stripe signs its webhooks: the time, that of sending, keeps an old request from being
 * used again.
 */
export const webhook: Compose<'webhook'> = (message, { config, secrets }) => {
  const { id, title, body, severity, event, runId, url, at, sentAt, request, snooze } = message;
  const text =
    request ??
    JSON.stringify({
      ...{ id, event, severity, title, body, runId, url, at: new Date(at).toISOString() },
      ...(snooze && { snoozeUrl: snooze.url }),
    });
  const bearer: Record<string, string> =
    secrets.bearer === undefined ? {} : { authorization: `Bearer ${secrets.bearer}` };
  const signature = secrets.signingKey === undefined ? {} : signed(text, secrets.signingKey, sentAt);
  return {
    url: config.url,
    method: config.method,
    headers: {
      ...withoutType(config.headers),
      'content-type': request === null ? 'application/json' : contentTypeOf(config.headers),
      ...bearer,
      ...signature,
    },
    body: text,
  };
};

/** What a template makes is of the type that the channel's own headers name. */
export const contentTypeOf = (headers: Record<string, string>): string =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/json';

const withoutType = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type'));

const signed = (body: string, key: string, sentAt: number): Record<string, string> => {
  const seconds = Math.floor(sentAt / 1000);
  const digest = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
  return { 'x-chrontainer-signature': `t=${seconds},v1=${digest}` };
};
