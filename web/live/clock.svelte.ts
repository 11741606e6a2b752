/**
 * The time as state, so that relative times refresh themselves: `now` moves each second,
 * `coarse` every ten, for the many texts that change slowly.
 */
export class Ticker {
  now = $state(Date.now());
  coarse = $state(Date.now());

  start(): () => void {
    const tick = () => {
      if (document.hidden) return;
      this.now = Date.now();
      if (this.now - this.coarse >= 10_000 || this.now < this.coarse) this.coarse = this.now;
    };
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}
