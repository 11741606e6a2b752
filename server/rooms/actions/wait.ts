import type { StepKind, Work } from './kind.ts';
import { ended } from './kind.ts';

/** Lets time pass between two steps. It counts from the step's start, also when the program was restarted meanwhile. */
export const wait: StepKind = {
  name: 'wait',
  scope: 'none',
  options: ['durationMs'],
  required: ['durationMs'],
  attempt: async (work) => {
    const sinceMs = work.clock.now();
    await work.dispatch({});
    return sleepSince(work, sinceMs);
  },
  resume: (work, { dispatchedAt }) => sleepSince(work, dispatchedAt),
};

const sleepSince = async ({ step, clock, signal }: Work, sinceMs: number) => {
  const durationMs = step.options?.durationMs ?? 0;
  // A clock that was set back meanwhile must not make it longer than it was to be.
  const leftMs = Math.min(durationMs, sinceMs + durationMs - clock.now());
  await clock.sleep(Math.max(0, leftMs), signal);
  return ended('succeeded', `waited ${durationMs / 1000} s`);
};
