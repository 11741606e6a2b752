import type { Schedule, Step } from '../../contract/index.ts';
import type { ApiClient } from '../../lab/api-client.ts';

/** A schedule with known slots: those whole seconds of each minute that are `phase` more than a multiple of `every`. */
export interface Rule {
  name: string;
  every: number;
  phase: number;
  steps: Partial<Step>[];
  policies?: object;
}

const on = (...names: string[]) => ({
  targets: names.map((container) => ({ hostId: container.startsWith('a') ? 1 : 2, container })),
});
const patient = { startDeadlineMs: 60_000 };

/**
 * What runs while everything breaks: each action, several schedules on one container, chains, all ways of overlap and
 * of catching up. Nothing but these starts or pauses a container, since none has a restart policy.
 */
export const rules: readonly Rule[] = [
  { name: 'often', every: 2, phase: 0, steps: [{ action: 'restart', ...on('a1') }] },
  {
    name: 'in a row',
    every: 5,
    phase: 1,
    steps: [{ action: 'restart', ...on('a1') }],
    policies: { overlap: 'queue', ...patient },
  },
  {
    name: 'on both',
    every: 5,
    phase: 0,
    steps: [{ action: 'restart', ...on('a1', 'b1') }],
  },
  {
    name: 'down and up',
    every: 3,
    phase: 0,
    steps: [
      { action: 'stop', ...on('a2') },
      { action: 'start', ...on('a2') },
    ],
    policies: patient,
  },
  {
    name: 'hold',
    every: 4,
    phase: 0,
    steps: [
      { action: 'start', onFailure: 'continue', ...on('a3') },
      { action: 'pause', ...on('a3') },
      { action: 'unpause', ...on('a3') },
    ],
  },
  {
    name: 'all of them',
    every: 3,
    phase: 1,
    steps: [{ action: 'restart', retries: 2, ...on('b1') }],
    policies: { catchUp: 'all', catchUpLimit: 5, overlap: 'queue', ...patient },
  },
  { name: 'down', every: 4, phase: 0, steps: [{ action: 'stop', ...on('b2') }], policies: patient },
  { name: 'up', every: 4, phase: 2, steps: [{ action: 'start', ...on('b2') }], policies: patient },
  {
    name: 'newest only',
    every: 5,
    phase: 2,
    steps: [{ action: 'restart', timeoutMs: 4000, ...on('b3') }],
    policies: { overlap: 'cancel_previous' },
  },
];

export const addRule = (client: ApiClient, { name, every, phase, steps, policies }: Rule): Promise<Schedule> =>
  client.schedule(name, `${phase}-59/${every} * * * * *`, steps, policies ? { policies } : {});

/** The slots of a rule in (fromMs, toMs], by looking at every second. */
export const slotsOf = ({ every, phase }: Rule, fromMs: number, toMs: number): string[] => {
  const slots: string[] = [];
  for (let at = Math.floor(fromMs / 1000) * 1000 + 1000; at <= toMs; at += 1000) {
    const second = (at / 1000) % 60;
    if (second >= phase && (second - phase) % every === 0) slots.push(new Date(at).toISOString());
  }
  return slots;
};
