import * as v from 'valibot';
import { actionName } from './actions.ts';
import { instant } from './common.ts';
import { containerState } from './containers.ts';
import { policies, preview, previewRequest, slot, step } from './schedules.ts';

/** What would become of one target if the run began now. */
export const rehearsedTarget = v.object({
  /** Null where the step acts on no host. */
  hostId: v.nullable(v.number()),
  container: v.nullable(v.string()),
  /** As it is now; null where it is not known. */
  state: v.nullable(containerState),
  /** `act`: it would be acted on; `nothing`: it is so already; `skip`: it would be left alone; `fail`: it cannot be done. */
  would: v.picklist(['act', 'nothing', 'skip', 'fail']),
  message: v.string(),
  /** The target that it would wait for, since it depends on it. */
  after: v.nullable(v.string()),
});
export type RehearsedTarget = v.InferOutput<typeof rehearsedTarget>;

export const rehearsedStep = v.object({
  /** `restore`: what the run would put back in the end, where its schedule says so; it comes last. */
  action: v.union([actionName, v.literal('restore')]),
  targets: v.array(rehearsedTarget),
  /** What concerns the step as a whole, for example that nothing fits its targets. */
  message: v.nullable(v.string()),
});
export type RehearsedStep = v.InferOutput<typeof rehearsedStep>;

/** `POST …/dry-run`: what a run would do now. Nothing is touched. */
export const rehearsal = v.object({
  steps: v.array(rehearsedStep),
  /** What stands against a run by time at this moment: a pause, closed windows, a run under way. */
  obstacles: v.array(v.string()),
});
export type Rehearsal = v.InferOutput<typeof rehearsal>;

/** What the policies, as things are now, would make of a slot. */
export const plannedSlot = v.object({
  ...slot.entries,
  effect: v.picklist(['runs', 'skipped', 'missed']),
  /** When its run would begin: later than the slot by jitter, a window or somebody's decision; null where it would not. */
  startsAt: v.nullable(instant),
  /** What somebody decided on this slot; null: nothing. */
  override: v.nullable(v.picklist(['skip', 'postpone'])),
  /** In sentences: why it would be left out or later, which other schedules are due in that minute, and so on. */
  policies: v.array(v.string()),
});
export type PlannedSlot = v.InferOutput<typeof plannedSlot>;

/** What the steps act on, as the pictures of the hosts are now. */
export const matchedStep = v.object({
  action: actionName,
  targets: v.array(
    v.object({
      hostId: v.number(),
      container: v.string(),
      /** Null: there is no such container now. */
      state: v.nullable(containerState),
      after: v.nullable(v.string()),
    }),
  ),
});

export const schedulePreview = v.object({
  ...preview.entries,
  slots: v.array(plannedSlot),
  steps: v.array(matchedStep),
});
export type SchedulePreview = v.InferOutput<typeof schedulePreview>;

/** A schedule that is being written; what is left out has its default. */
export const draftPreviewRequest = v.strictObject({
  ...previewRequest.entries,
  /** The schedule that is being changed: its own runs and slots are no others. */
  scheduleId: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  steps: v.optional(v.pipe(v.array(step), v.maxLength(20)), []),
  policies: v.optional(policies, {}),
  startsAt: v.optional(v.nullable(instant), null),
  endsAt: v.optional(v.nullable(instant), null),
  maxRuns: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
});
export type DraftPreviewRequest = v.InferOutput<typeof draftPreviewRequest>;
