/** Why a request to a user-given URL came to nothing. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  /** `refused`: by our own rules. `unreachable`, `timeout`, `tls`: by the network or the other side. */
  readonly kind: 'refused' | 'unreachable' | 'timeout' | 'tls';
  /** False where nothing was sent for certain: another try does no harm. */
  readonly mayHaveHappened: boolean;

  constructor(kind: OutboundError['kind'], message: string, more: { mayHaveHappened?: boolean; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.mayHaveHappened = more.mayHaveHappened ?? false;
  }
}
