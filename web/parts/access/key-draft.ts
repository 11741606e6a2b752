import type { Permission } from '../../../contract/accounts.ts';
import type { ApiKeyInput, KeyScope } from '../../../contract/api-keys.ts';

/** An API key while it is thought about. */
export interface KeyDraft {
  name: string;
  /** One of the steps, or rights one by one. */
  scope: KeyScope | 'own';
  permissions: Permission[];
  reach: 'all' | 'some';
  hosts: number[];
  /** In days; empty: it never expires. */
  lasts: '' | '30' | '90' | '365';
}

export const emptyKey: KeyDraft = { name: '', scope: 'read', permissions: [], reach: 'all', hosts: [], lasts: '90' };

const dayMs = 86_400_000;

/** As it is sent. Some hosts, and none chosen, is sent as that, and refused: it would otherwise mean all of them. */
export function keyInputOf(draft: KeyDraft, now: number): ApiKeyInput {
  const isOwn = draft.scope === 'own';
  return {
    name: draft.name,
    scopes: draft.scope === 'own' ? [] : [draft.scope],
    permissions: isOwn ? draft.permissions : [],
    hosts: draft.reach === 'all' ? null : draft.hosts,
    expiresAt: draft.lasts === '' ? null : new Date(now + Number(draft.lasts) * dayMs).toISOString(),
  };
}
