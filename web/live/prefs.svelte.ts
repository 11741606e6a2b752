export type Theme = 'auto' | 'light' | 'dark';

/** What this browser remembers: theme and keyboard shortcuts. `public/theme.js` reads the same key. */
export class Prefs {
  #theme = $state<Theme>('auto');
  #shortcuts = $state(true);
  readonly #storage: Storage | null;

  constructor(storage: Storage | null) {
    this.#storage = storage;
    const theme = storage?.getItem('chrontainer.theme');
    if (theme === 'light' || theme === 'dark') this.#theme = theme;
    this.#shortcuts = storage?.getItem('chrontainer.shortcuts') !== 'off';
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    this.#storage?.setItem('chrontainer.theme', theme);
  }

  get shortcuts(): boolean {
    return this.#shortcuts;
  }

  set shortcuts(isOn: boolean) {
    this.#shortcuts = isOn;
    this.#storage?.setItem('chrontainer.shortcuts', isOn ? 'on' : 'off');
  }
}

/** The browser's storage, or that of the tab alone; null where it is forbidden. */
export function browserStorage(scope: 'browser' | 'tab' = 'browser'): Storage | null {
  try {
    return scope === 'tab' ? sessionStorage : localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
