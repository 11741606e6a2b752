import * as v from 'valibot';
import { actionName, actionOptions, selector } from './actions.ts';
import { id, instant, name } from './common.ts';

/** What a call of a webhook begins. Nothing in the call itself can change it. */
export const webhookDeed = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('action'),
      action: actionName,
      targets: v.optional(v.pipe(v.array(selector), v.maxLength(100)), []),
      /** Of an action that acts on a host. */
      hostId: v.optional(id),
      options: v.optional(actionOptions),
    }),
    v.strictObject({ kind: v.literal('schedule'), scheduleId: id }),
  ],
  'must be {kind: "action", action, targets} or {kind: "schedule", scheduleId}',
);
export type WebhookDeed = v.InferOutput<typeof webhookDeed>;

const entries = {
  name,
  enabled: v.boolean(),
  does: webhookDeed,
  /** Whether a GET begins it as well: for buttons and monitors that can do no more. */
  allowGet: v.boolean(),
  /** Addresses and networks such as 10.0.0.0/8 that may call it; none: all. */
  allowedAddresses: v.pipe(v.array(v.pipe(v.string(), v.trim(), v.maxLength(64))), v.maxLength(100)),
  perMinute: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(600, 'must be at most 600'),
  ),
  /** Whether a call must be signed; docs/guide/access.md says how. */
  isSigned: v.boolean(),
};

export const webhookInput = v.strictObject({
  ...entries,
  enabled: v.optional(entries.enabled, true),
  allowGet: v.optional(entries.allowGet, false),
  allowedAddresses: v.optional(entries.allowedAddresses, []),
  perMinute: v.optional(entries.perMinute, 30),
  isSigned: v.optional(entries.isSigned, false),
});
export type WebhookInput = v.InferOutput<typeof webhookInput>;
/** Whether calls must be signed is decided when it is made: the secret is told only then. */
export const webhookPatch = v.omit(v.partial(v.strictObject(entries)), ['isSigned']);
export type WebhookPatch = v.InferOutput<typeof webhookPatch>;

export const webhookCall = v.object({
  at: instant,
  address: v.string(),
  /** `accepted`: it began a run. */
  result: v.picklist(['accepted', 'refused']),
  /** Why it was refused; null where it was not. */
  message: v.nullable(v.string()),
  runId: v.nullable(v.string()),
  /** How the run stands; null where there is none, or none any more. */
  outcome: v.nullable(v.string()),
});
export type WebhookCall = v.InferOutput<typeof webhookCall>;

export const webhook = v.object({
  id: v.number(),
  ...entries,
  /** The token's beginning, to know it by. */
  prefix: v.string(),
  /** In whose name it acts: it does what its owner may do, as things stand. */
  owner: v.object({ id: v.number(), username: v.string() }),
  /** How many calls began a run. */
  count: v.number(),
  lastTriggeredAt: v.nullable(instant),
  createdAt: instant,
});
export type Webhook = v.InferOutput<typeof webhook>;

/** With what is told this once: the path to call and, where calls are signed, the secret. */
export const newWebhook = v.object({
  ...webhook.entries,
  token: v.string(),
  path: v.string(),
  secret: v.nullable(v.string()),
});
export type NewWebhook = v.InferOutput<typeof newWebhook>;

export const webhookAnswer = v.object({ runId: v.string(), url: v.string() });
