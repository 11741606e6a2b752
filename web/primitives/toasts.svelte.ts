export interface Toast {
  text: string;
  tone?: 'plain' | 'bad';
  /** A button, for example Undo. Pressing it closes the toast. */
  action?: { label: string; run: () => void };
  link?: { label: string; href: string };
  /** How long it stays; 0: until it is closed. */
  lastsMs?: number;
}

export interface ShownToast extends Toast {
  id: number;
}

/** Short messages at the edge of the page. Time stands still while the pointer or the focus is on them. */
export class Toasts {
  shown = $state.raw<ShownToast[]>([]);
  #lastId = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(toast: Toast): number {
    this.#lastId += 1;
    const shown = { ...toast, id: this.#lastId };
    this.shown = [...this.shown.slice(-3), shown];
    this.#arm(shown);
    return shown.id;
  }

  expire(id: number): void {
    this.#remove(id);
  }

  clear(): void {
    this.pause();
    this.shown = [];
  }

  /** Presses the toast's button. */
  act(id: number): void {
    this.#remove(id)?.action?.run();
  }

  pause(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  resume(): void {
    for (const toast of this.shown) this.#arm(toast);
  }

  #arm(toast: ShownToast): void {
    const lasts = toast.lastsMs ?? (toast.tone === 'bad' ? 12_000 : 6000);
    if (lasts === 0 || this.#timers.has(toast.id)) return;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.expire(toast.id), lasts),
    );
  }

  #remove(id: number): ShownToast | undefined {
    const timer = this.#timers.get(id);
    if (timer) clearTimeout(timer);
    this.#timers.delete(id);
    const toast = this.shown.find((one) => one.id === id);
    this.shown = this.shown.filter((one) => one.id !== id);
    return toast;
  }
}
