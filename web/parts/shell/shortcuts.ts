import type { RouteName } from '../../router/match.ts';

/** `g` and then one of these letters goes to a page. */
export const goKeys = {
  t: 'today',
  s: 'schedules',
  r: 'runs',
  c: 'containers',
  l: 'logs',
  h: 'hosts',
  a: 'activity',
  e: 'settings',
} as const satisfies Record<string, RouteName>;
type GoKey = keyof typeof goKeys;

export type Shortcut =
  | 'go'
  | 'help'
  | 'new'
  | 'search'
  | 'down'
  | 'up'
  | 'select'
  | 'edit'
  | 'update'
  | { page: (typeof goKeys)[GoKey] };

const single: Record<string, Exclude<Shortcut, object>> = {
  g: 'go',
  '?': 'help',
  n: 'new',
  '/': 'search',
  j: 'down',
  k: 'up',
  x: 'select',
  e: 'edit',
  u: 'update',
};

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'target'>;

/** What a key means, or null. Nothing while typing, in a dialog or a menu, or with a modifier: Ctrl+C stays the browser's. */
export function shortcutFor(event: Key, isAfterG: boolean): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return null;
  if (isAfterG) return isGoKey(event.key) ? { page: goKeys[event.key] } : null;
  return single[event.key] ?? null;
}

function isGoKey(key: string): key is GoKey {
  return Object.hasOwn(goKeys, key);
}

function isTyping(target: EventTarget | null): boolean {
  if (target === null || !('closest' in target) || typeof target.closest !== 'function') return false;
  const typing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, [role=menu]';
  return target.closest(typing) !== null;
}
