import type { Outcome, PingSignal } from '../../../../contract/index.ts';
import type { EndedRun } from '../../runs/index.ts';

/** More is on the run's page. */
const shownTargets = 20;

/** What the end of a run means to who watches: one that was left out on purpose is neither good nor bad. */
export const signalOf = (outcome: Outcome): PingSignal => {
  if (outcome === 'succeeded') return 'success';
  return ['failed', 'timed_out', 'interrupted', 'missed'].includes(outcome) ? 'fail' : 'log';
};

/** What is kept beside the signal. */
export const wordsOf = (
  { name, outcome, message, targets }: EndedRun,
  hostName: (hostId: number) => string,
  lastLines: readonly string[],
): string => {
  const told = targets.filter((target) => outcome === 'succeeded' || target.outcome !== 'succeeded');
  const lines = told.slice(0, shownTargets).map((target) => {
    const { action, container, hostId, message: reason } = target;
    const place = hostId === null ? [action] : [action, container, 'on', hostName(hostId)];
    return `${place.filter((word) => word !== null).join(' ')}: ${reason ?? target.outcome}`;
  });
  const reasons = lines.length > 0 ? lines : [message ?? ''];
  return [`${name}: ${outcome.replace('_', ' ')}`, ...reasons, '', ...lastLines].join('\n').trim();
};
