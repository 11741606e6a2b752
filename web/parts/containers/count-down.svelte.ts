/** Seconds in which a decision can be taken back. */
export class CountDown {
  left = $state(0);
  #timer: ReturnType<typeof setInterval> | null = null;
  #then: () => void = () => undefined;

  get isOn(): boolean {
    return this.left > 0;
  }

  start(seconds: number, then: () => void): void {
    this.cancel();
    this.left = seconds;
    this.#then = then;
    this.#timer = setInterval(() => {
      if (this.left <= 1) this.finish();
      else this.left -= 1;
    }, 1000);
  }

  /** Does it now. */
  finish(): void {
    if (!this.isOn) return;
    this.cancel();
    this.#then();
  }

  cancel(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.left = 0;
  }
}
