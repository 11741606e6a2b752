import type { Scope } from '../../../contract/accounts.ts';

/** A place while it is edited; empty: any. */
export interface ScopeDraft {
  key: number;
  host: string;
  stack: string;
  tag: string;
}

export function scopeDrafts(scopes: readonly Scope[] | null): ScopeDraft[] {
  return (scopes ?? []).map(({ hostId, stack, tag }, key) => ({
    key,
    host: hostId === undefined ? '' : String(hostId),
    stack: stack ?? '',
    tag: tag ?? '',
  }));
}

export function newScope(drafts: readonly ScopeDraft[]): ScopeDraft {
  return { key: 1 + Math.max(0, ...drafts.map(({ key }) => key)), host: '', stack: '', tag: '' };
}

/** As they are sent. A row that names nothing is sent as it is, and refused: it would mean everywhere. */
export function scopesOf(drafts: readonly ScopeDraft[]): Scope[] {
  return drafts.map(({ host, stack, tag }) => ({
    ...(host === '' ? {} : { hostId: Number(host) }),
    ...(stack.trim() === '' ? {} : { stack: stack.trim() }),
    ...(tag.trim() === '' ? {} : { tag: tag.trim() }),
  }));
}
