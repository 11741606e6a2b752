import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Webhook } from '../../../contract/webhooks.ts';
import { emptyWebhook, webhookDraftOf, webhookInputOf } from './webhook-draft.ts';

const webhook: Webhook = {
  id: 1,
  name: 'deploy',
  enabled: true,
  does: { kind: 'action', action: 'restart', targets: [{ hostId: 1, container: 'web' }] },
  allowGet: true,
  allowedAddresses: ['10.0.0.0/8', '192.168.1.20'],
  perMinute: 5,
  isSigned: true,
  prefix: 'abcdef',
  owner: { id: 1, username: 'owner' },
  count: 0,
  lastTriggeredAt: null,
  createdAt: '2026-11-26T06:00:00.000Z',
};

test('a webhook comes back from its form as it went in', () => {
  const { name, enabled, does, allowGet, allowedAddresses, perMinute, isSigned } = webhook;
  const expected = { name, enabled, does, allowGet, allowedAddresses, perMinute, isSigned };
  assert.deepEqual(webhookInputOf(webhookDraftOf(webhook)), expected);
});

test('what the form cannot show of what a webhook does is given back as it was', () => {
  const does = { kind: 'action', action: 'exec', targets: [], options: { command: ['ls'] } } as const;
  const draft = webhookDraftOf({ ...webhook, does: { ...does, targets: [], options: { command: ['ls'] } } });
  assert.deepEqual(webhookInputOf({ ...draft, name: 'other' }).does, { ...does });
});

test('addresses may stand on lines or between commas', () => {
  const draft = { ...emptyWebhook, addresses: ' 10.0.0.0/8, 192.168.1.20\n\n::1 ' };
  assert.deepEqual(webhookInputOf(draft).allowedAddresses, ['10.0.0.0/8', '192.168.1.20', '::1']);
});
