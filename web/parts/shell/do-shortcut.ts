import { pathTo } from '../../router/match.ts';
import type { Router } from '../../router/router.svelte.ts';
import type { Shortcut } from './shortcuts.ts';

/**
 * Carries a shortcut out on the page. Rows are the elements with `data-row`; within a row `data-row-main` takes the
 * focus, `data-row-select` is its checkbox and `data-row-edit` opens its editor.
 */
export function doShortcut(shortcut: Exclude<Shortcut, 'go' | 'help'>, router: Router): void {
  if (typeof shortcut === 'object') {
    void router.go(pathTo(shortcut.page, {}));
    return;
  }
  switch (shortcut) {
    case 'new':
      void router.go(pathTo('newSchedule', {}));
      return;
    case 'search':
      document.querySelector<HTMLElement>('main [data-search]')?.focus();
      return;
    case 'down':
      return moveTo(1);
    case 'up':
      return moveTo(-1);
    case 'select':
      currentRow()?.querySelector<HTMLElement>('[data-row-select]')?.click();
      return;
    case 'update':
      document.querySelector<HTMLElement>('main [data-check-updates]')?.click();
      return;
    case 'edit':
      currentRow()?.querySelector<HTMLElement>('[data-row-edit]')?.click();
  }
}

function currentRow(): Element | null {
  return document.activeElement?.closest('[data-row]') ?? null;
}

function moveTo(step: 1 | -1): void {
  const rows = [...document.querySelectorAll('main [data-row]')];
  const current = currentRow();
  const index = current ? rows.indexOf(current) + step : 0;
  const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
  row?.querySelector<HTMLElement>('[data-row-main]')?.focus();
}
