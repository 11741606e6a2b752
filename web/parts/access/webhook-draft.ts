import type { AvailableAction, Selector } from '../../../contract/actions.ts';
import { availableActions } from '../../../contract/actions.ts';
import type { Webhook, WebhookDeed, WebhookInput } from '../../../contract/webhooks.ts';

/** A webhook while it is edited. */
export interface WebhookDraft {
  name: string;
  kind: 'action' | 'schedule';
  action: AvailableAction | 'update';
  targets: Selector[];
  /** The ID as text; empty: none is chosen yet. */
  schedule: string;
  allowGet: boolean;
  /** One on each line. */
  addresses: string;
  perMinute: string;
  isSigned: boolean;
  /** What this form does not show and gives back as it was. */
  kept: WebhookDeed | null;
}

export const emptyWebhook: WebhookDraft = {
  name: '',
  kind: 'action',
  action: 'restart',
  targets: [],
  schedule: '',
  allowGet: false,
  addresses: '',
  perMinute: '30',
  isSigned: false,
  kept: null,
};

export function webhookDraftOf(webhook: Webhook): WebhookDraft {
  const { name, does, allowGet, allowedAddresses, perMinute, isSigned } = webhook;
  const draft = { ...emptyWebhook, name, allowGet, isSigned, perMinute: String(perMinute) };
  draft.addresses = allowedAddresses.join('\n');
  if (does.kind === 'schedule') return { ...draft, kind: 'schedule', schedule: String(does.scheduleId) };
  const action = ([...availableActions, 'update'] as const).find((one) => one === does.action);
  if (action === undefined || does.options !== undefined) return { ...draft, kept: does };
  return { ...draft, action, targets: does.targets };
}

export function webhookInputOf(draft: WebhookDraft): WebhookInput {
  return {
    name: draft.name,
    enabled: true,
    does: deedOf(draft),
    allowGet: draft.allowGet,
    allowedAddresses: draft.addresses.split(/[\s,]+/).filter(Boolean),
    // What is no number is sent as none, and refused.
    perMinute: /^\d+$/.test(draft.perMinute.trim()) ? Number(draft.perMinute) : 0,
    isSigned: draft.isSigned,
  };
}

function deedOf({ kind, action, targets, schedule, kept }: WebhookDraft): WebhookDeed {
  if (kept !== null) return kept;
  return kind === 'schedule' ? { kind, scheduleId: Number(schedule) } : { kind, action, targets };
}
