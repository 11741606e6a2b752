import type { StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';

/**
 * Tells people something. It has succeeded when the message is on the disk for every channel: a service that is down
 * does not hold the run up. Queued again after a crash the message is still there once.
 */
export const notify: StepKind = {
  name: 'notify',
  scope: 'none',
  options: ['message', 'title', 'severity', 'channels'],
  required: ['message'],
  attempt: async (work) => {
    await work.dispatch({});
    return queue(work);
  },
  resume: async () => null,
};

const queue = async ({ runId, runName, stepIndex, step, notifier }: Work) => {
  const { message = '', title, severity = 'info', channels } = step.options ?? {};
  const names = await notifier.queue({
    key: `${runId}/step-${stepIndex}`,
    title: title ?? runName,
    body: message,
    severity,
    runId,
    ...(channels && { channels }),
  });
  return ended('succeeded', `queued for ${names.join(', ')}`);
};
