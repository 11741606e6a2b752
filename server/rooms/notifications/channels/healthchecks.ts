import type { Severity } from '../../../../contract/index.ts';
import type { Compose } from './channel.ts';
import { cutBytes } from './channel.ts';

const endings: Record<Severity, string> = { info: '/log', warning: '/log', success: '', error: '/fail' };

/**
 * https://healthchecks.io/docs/http_api/: a failure is one of the check, a success ends it, and what is neither is only
 * written down. Its first 10 kB are kept.
 */
export const healthchecks: Compose<'healthchecks'> = ({ title, body, severity, runId }, { secrets }) => {
  const url = new URL(secrets.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${endings[severity]}`;
  if (runId !== null) url.searchParams.set('rid', runId);
  return {
    url: url.href,
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: cutBytes(`${title}\n${body}`, 9000),
  };
};
