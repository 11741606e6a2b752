import type { Step } from '../../../contract/index.ts';

const states: Partial<Record<Step['action'], string>> = {
  restart: 'running again',
  start: 'running',
  stop: 'stopped',
  kill: 'killed',
  pause: 'paused',
  unpause: 'running',
  update: 'running with the newest image',
};

/** What a step would have called a success, in words; null where there is nothing to say beside the action. */
export const expectationOf = (step: Step): string | null => {
  const { action, options, timeoutMs } = step;
  const within = timeoutMs === undefined ? '' : ` within ${secondsOf(timeoutMs)}`;
  if (action === 'exec' || action === 'run') return `${exitCodes(options?.successExitCodes)}${within}`;
  if (action === 'http') return `a status of ${listed(options?.successStatuses) ?? '200 to 299'}${within}`;
  const state = awaited(step) ?? states[action];
  return state === undefined ? null : `${state}${within}`;
};

const awaited = ({ action, waitFor }: Step): string | null => {
  if (typeof waitFor === 'object') return `${states[action] ?? 'done'}, then ${secondsOf(waitFor.delayMs)} of waiting`;
  if (waitFor === 'exited') return 'ended with exit code 0';
  return waitFor === undefined || waitFor === 'done' ? null : waitFor;
};

const exitCodes = (codes: readonly number[] | undefined): string => `exit code ${listed(codes) ?? '0'}`;

const listed = (numbers: readonly number[] | undefined): string | null => {
  if (numbers === undefined || numbers.length === 0) return null;
  return numbers.length === 1 ? String(numbers[0]) : `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`;
};

const secondsOf = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
