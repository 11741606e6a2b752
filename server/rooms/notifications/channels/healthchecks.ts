import type { PingSignal, Severity } from '../../../../contract/index.ts';
import { requestOf } from '../pings/requests.ts';
import type { Compose } from './channel.ts';

const signals: Record<Severity, PingSignal> = { info: 'log', warning: 'log', success: 'success', error: 'fail' };

/** A failure is one of the check, a success ends it, and what is neither is only written down. */
export const healthchecks: Compose<'healthchecks'> = ({ title, body, severity, runId }, { secrets }) =>
  requestOf('healthchecks', secrets.url, {
    signal: signals[severity],
    runId,
    body: `${title}\n${body}`,
    durationMs: null,
  });
