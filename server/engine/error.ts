import type { ErrorCode } from '../errors/index.ts';
import { ChrontainerError } from '../errors/index.ts';

/**
 * `unreachable`: no connection. `timeout`: no answer before the deadline. `not_found`, `conflict`: 404 and 409.
 * `refused`: the engine, or a proxy in front of it, does not allow or does not understand it. `server`: it failed.
 * `not_granted`: it was not asked, since our own grants for the host do not cover it.
 */
export type EngineErrorKind =
  | 'not_granted'
  | 'unreachable'
  | 'timeout'
  | 'not_found'
  | 'conflict'
  | 'refused'
  | 'server';

const codes: Record<EngineErrorKind, ErrorCode> = {
  not_granted: 'CHR_NOT_GRANTED',
  unreachable: 'CHR_ENGINE_UNREACHABLE',
  timeout: 'CHR_ENGINE_TIMEOUT',
  not_found: 'CHR_NOT_FOUND',
  conflict: 'CHR_CONFLICT',
  refused: 'CHR_ENGINE_ERROR',
  server: 'CHR_ENGINE_ERROR',
};

interface EngineErrorFacts {
  kind: EngineErrorKind;
  /** A sentence for the user, with the remedy where one is known. */
  message: string;
  engineStatus?: number;
  mayHaveHappened?: boolean;
  cause?: unknown;
}

/** Why a call to an engine failed. */
export class EngineError extends ChrontainerError {
  readonly kind: EngineErrorKind;
  /** The engine's HTTP status; null when no answer came. */
  readonly engineStatus: number | null;
  /** True when the request was sent and its outcome is unknown: look at the state before trying again. */
  readonly mayHaveHappened: boolean;

  constructor(facts: EngineErrorFacts) {
    super(codes[facts.kind], facts.message, { cause: facts.cause });
    this.kind = facts.kind;
    this.engineStatus = facts.engineStatus ?? null;
    this.mayHaveHappened = facts.mayHaveHappened ?? false;
  }

  /** True for an error that can pass by itself, so that a retry may help. After a timeout the engine may be at it. */
  get canPass(): boolean {
    if (this.kind === 'timeout') return !this.mayHaveHappened;
    if (this.kind === 'unreachable' || this.kind === 'conflict') return true;
    return this.engineStatus === 429 || (this.engineStatus ?? 0) >= 500;
  }
}

/** The kind of a status that is not a success. */
export const kindOfStatus = (status: number): EngineErrorKind => {
  if (status === 404) return 'not_found';
  if (status === 409) return 'conflict';
  return status >= 500 ? 'server' : 'refused';
};
