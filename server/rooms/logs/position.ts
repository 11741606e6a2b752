import type { LogLine } from '../../engine/index.ts';
import { canonicalStamp, nanosecondsOf, stampOf } from '../../engine/index.ts';

/** Two streams of one container are stamped beside each other: what is written may be out of order by so much. */
const disorderNs = 1_000_000_000n;
const stepNs = 100_000_000n;

/**
 * How far a log was read, so that reading can go on without a gap and without a line twice. A time alone is not enough:
 * lines share a time, or stand in the log after one that is later. So it is a time that lies a while back, and the
 * number of lines with that time or a later one that were passed on. The engine's log only grows at its end: asked
 * again from that time it gives the same lines first.
 */
export class LogPosition {
  #from: string;
  #count: number;
  /** The latest time that was passed on. */
  #last: string;
  /** The time to come: lines are counted from there already, and it is taken once the log is well beyond it. */
  #next: { from: string; takenAt: string; count: number } | null = null;
  #toSkip: number;
  /**
   * The time of the first line that was passed on, as long as the time to ask from lies before it: what the log holds
   * before that line was never asked for. Empty once the position has moved on.
   */
  #first: string;
  /** True until the first line is found again. */
  #isSeeking: boolean;

  private constructor(from: string, count: number, last: string, first: string) {
    this.#from = from;
    this.#count = count;
    this.#last = last;
    this.#first = first;
    this.#toSkip = count;
    this.#isSeeking = first !== '';
  }

  /** Before anything was read. */
  static atStart(): LogPosition {
    return new LogPosition('', 0, '', '');
  }

  /** Null when it is none of ours. */
  static parse(text: string): LogPosition | null {
    if (text === '0') return LogPosition.atStart();
    const [from = '', count = '', last = '', first = '', ...more] = text.split('_');
    const isTime = (time: string) => canonicalStamp(time) === time;
    const isOurs = isTime(from) && isTime(last) && (first === '' || isTime(first)) && /^\d{1,12}$/.test(count);
    return isOurs && more.length === 0 ? new LogPosition(from, Number(count), last, first) : null;
  }

  /** As a part of an event's ID. */
  toString(): string {
    if (this.#from === '') return '0';
    const text = `${this.#from}_${this.#count}_${this.#last}`;
    return this.#first === '' ? text : `${text}_${this.#first}`;
  }

  /** From when to ask the engine; undefined for the whole log. */
  get since(): string | undefined {
    return this.#from === '' ? undefined : this.#from;
  }

  /** The engine is about to be asked again from `since`. */
  rewind(): void {
    this.#toSkip = this.#count;
    this.#isSeeking = this.#first !== '';
    this.#next = null;
  }

  /** Whether a line is new; notes it when it is. */
  take({ at }: LogLine): boolean {
    if (this.#isSeeking && at < this.#first) return false;
    this.#isSeeking = false;
    if (this.#toSkip > 0 && at <= this.#last) {
      this.#toSkip -= 1;
      return false;
    }
    // Fewer lines than there were: the engine threw old ones away. A later line is new in any case.
    this.#toSkip = 0;
    if (this.#from === '') this.#begin(at);
    if (at > this.#last) this.#last = at;
    if (at >= this.#from) this.#count += 1;
    this.#advance(at);
    return true;
  }

  /** What was written beside the first line may stand behind it with an earlier time. */
  #begin(at: string): void {
    this.#first = at;
    this.#from = later(at, -disorderNs);
  }

  /** Lets the time follow the log, at a distance: lines are counted from a time on that no line had reached yet. */
  #advance(at: string): void {
    if (this.#next && at >= this.#next.from) this.#next.count += 1;
    if (this.#next && this.#last < this.#next.takenAt) return;
    if (this.#next) {
      this.#from = this.#next.from;
      this.#first = '';
      this.#count = this.#next.count;
    }
    if (this.#last === '') return;
    const from = later(this.#last, stepNs);
    this.#next = { from, takenAt: later(from, disorderNs), count: 0 };
  }
}

const later = (at: string, byNs: bigint): string => stampOf(nanosecondsOf(at) + byNs);
