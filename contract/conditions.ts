import * as v from 'valibot';
import { durationMs } from './common.ts';

/** What has to be so of a container before a run acts on it. */
export const condition = v.variant(
  'kind',
  [
    v.strictObject({ kind: v.literal('running') }),
    v.strictObject({ kind: v.literal('stopped') }),
    v.strictObject({ kind: v.literal('healthy') }),
    v.strictObject({ kind: v.literal('unhealthy') }),
    v.strictObject({
      kind: v.literal('idle'),
      /** 100 is one whole core. */
      cpuBelowPercent: v.pipe(
        v.number(),
        v.minValue(0.1, 'must be at least 0.1'),
        v.maxValue(10_000, 'must be at most 10000'),
      ),
      /** For how long it is watched before it counts as idle. */
      forMs: v.optional(
        v.pipe(
          durationMs,
          v.minValue(2000, 'must be at least 2 s (2000)'),
          v.maxValue(3_600_000, 'must be at most 1 h'),
        ),
        30_000,
      ),
    }),
    v.strictObject({
      kind: v.literal('older'),
      thanMs: v.pipe(durationMs, v.minValue(1000, 'must be at least a second (1000)')),
      /** Since it was started last, or since it was made. */
      since: v.optional(v.picklist(['start', 'creation'], 'must be start or creation'), 'start'),
    }),
  ],
  'must be one of running, stopped, healthy, unhealthy, idle, older',
);
export type Condition = v.InferOutput<typeof condition>;
