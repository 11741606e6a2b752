import type { PingKind, PingSignal } from '../../../../contract/index.ts';
import type { OutboundRequest } from '../../../outbound/index.ts';
import { cut, cutBytes } from '../channels/channel.ts';
import { plain } from '../channels/escaping.ts';

/** What is signalled. */
export interface Signalled {
  signal: PingSignal;
  /** The run's, or none for the heartbeat. */
  runId: string | null;
  body: string;
  durationMs: number | null;
}

/** The request that says so. */
export const requestOf = (kind: PingKind, url: string, signalled: Signalled): OutboundRequest =>
  requests[kind](new URL(url), { ...signalled, body: plain(signalled.body) });

/** Whether the service has a word for it. */
export const knows = (kind: PingKind, signal: PingSignal): boolean => known[kind].includes(signal);

const known: Record<PingKind, readonly PingSignal[]> = {
  healthchecks: ['start', 'success', 'fail', 'log'],
  // It has no start, and nothing between up and down.
  uptime_kuma: ['success', 'fail'],
  // It only waits for a call: that comes when all is well.
  address: ['success'],
};

type Compose = (url: URL, signalled: Signalled) => OutboundRequest;

const endings: Record<PingSignal, string> = { start: '/start', success: '', fail: '/fail', log: '/log' };

/**
 * https://healthchecks.io/docs/http_api/: `rid` has to be a UUID, and tells it which start and which end belong together. Of the
 * body it keeps 100 kB.
 */
const healthchecks: Compose = (url, { signal, runId, body }) => {
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${endings[signal]}`;
  if (runId !== null) url.searchParams.set('rid', runId);
  return {
    url: url.href,
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: cutBytes(body, 10_000),
  };
};

/**
 * https://github.com/louislam/uptime-kuma/wiki/API-Documentation#push-endpoint: `status` is up or down, `ping` a time in
 * milliseconds.
 */
const uptimeKuma: Compose = (url, { signal, body, durationMs }) => {
  url.searchParams.set('status', signal === 'success' ? 'up' : 'down');
  url.searchParams.set('msg', cut(body.replaceAll(/\s+/g, ' ').trim() || 'OK', 250));
  url.searchParams.set('ping', durationMs === null ? '' : String(durationMs));
  return { url: url.href, method: 'GET' };
};

const address: Compose = (url) => ({ url: url.href, method: 'GET' });

const requests: Record<PingKind, Compose> = { healthchecks, uptime_kuma: uptimeKuma, address };
