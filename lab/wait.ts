import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds, asking again every `everyMs`. The deadline is there to end a broken test, not to
 * measure: make it generous. Errors of the condition end the wait.
 */
export const waitUntil = async (
  what: string,
  deadlineMs: number,
  everyMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> => {
  const endAt = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > endAt) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}`);
    await sleep(everyMs);
  }
};
