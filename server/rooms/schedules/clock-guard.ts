import type { Clock } from '../../clock/index.ts';

/** A clock that is behind by less is only being adjusted. */
const noticeableMs = 5_000;
/** A jump forward of more than this is not believed at once: a wrong clock would fire everything it passes. */
const suspiciousJumpMs = 3 * 3_600_000;
/** A clock that has gone steadily for so long after a jump is believed: a Raspberry Pi without a battery-backed clock
 * jumps once after each boot, when it has found the time. */
const trialMs = 5 * 60_000;

interface Jump {
  byMs: number;
  /** Time since boot when it was noticed. */
  atBootMs: number;
}

/** Whether slots may be claimed by what the clock says; `message` tells the user why not. */
export type ClockVerdict = { kind: 'plausible' } | { kind: 'adjusting' } | { kind: 'held'; message: string };

/**
 * Tells a clock that was set from time that has passed. Time since boot goes on while the machine sleeps and is not
 * touched when the clock is set: where the two part, somebody has set it.
 */
export class ClockGuard {
  #clock: Clock;
  #last: { nowMs: number; bootMs: number };
  #jump: Jump | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = { nowMs: clock.now(), bootMs: clock.sinceBoot() };
  }

  /** The clock is right, on somebody's word: a jump that was noticed counts no more. */
  trust(): void {
    this.#jump = null;
  }

  /** @param reachedMs the latest instant that any cursor has reached: the clock was there once */
  look(reachedMs: number): ClockVerdict {
    const now = { nowMs: this.#clock.now(), bootMs: this.#clock.sinceBoot() };
    this.#noteJump(now.nowMs - this.#last.nowMs - (now.bootMs - this.#last.bootMs), now.bootMs);
    this.#last = now;
    const behindMs = reachedMs - now.nowMs;
    if (behindMs > noticeableMs) {
      const message = `the clock was set back by ${words(behindMs)}; schedules go on at ${new Date(reachedMs).toISOString()}`;
      return { kind: 'held', message };
    }
    if (behindMs > 0) return { kind: 'adjusting' };
    if (!this.#jump) return { kind: 'plausible' };
    const message = `the clock jumped forward by ${words(this.#jump.byMs)}; if it stays there, schedules go on within five minutes`;
    return { kind: 'held', message };
  }

  #noteJump(byMs: number, bootMs: number): void {
    if (this.#jump) {
      this.#jump.byMs += byMs;
      const isOver = this.#jump.byMs < suspiciousJumpMs || bootMs - this.#jump.atBootMs >= trialMs;
      if (isOver) this.#jump = null;
    } else if (byMs > suspiciousJumpMs) {
      this.#jump = { byMs, atBootMs: bootMs };
    }
  }
}

const words = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
};
