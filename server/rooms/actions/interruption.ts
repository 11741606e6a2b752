/** Why a run is broken off: by somebody's wish, because it takes too long, or because
 * the program ends and the next start goes on with it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly why: 'cancelled' | 'timed_out' | 'shutdown';

  /** @param message for the record, for example `cancelled by ada` */
  constructor(why: Interruption['why'], message: string) {
    super(message);
    this.why = why;
  }
}
