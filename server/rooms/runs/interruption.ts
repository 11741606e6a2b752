/** Why a run is broken off: by somebody's wish, or because the program ends and the next start goes on with it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly why: 'cancelled' | 'shutdown';
  /** Who wished it, for the record. */
  readonly by: string;

  constructor(why: 'cancelled' | 'shutdown', by: string) {
    super(why === 'cancelled' ? `cancelled by ${by}` : 'the program is stopping');
    this.why = why;
    this.by = by;
  }
}
