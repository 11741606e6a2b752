import type { ErrorCode } from './catalogue.ts';
import { catalogue } from './catalogue.ts';

/** One faulty field of an input, with the remedy. */
export interface FieldError {
  path: string;
  message: string;
}

/**
 * The one error type of the program: a catalogued code, a sentence for the user, and the raw cause, which goes to
 * the log and never outside.
 */
export class ChrontainerError extends Error {
  override readonly name = 'ChrontainerError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: FieldError[] | undefined;
  /** Extra response headers, for example Retry-After. */
  readonly headers: Record<string, string> | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { cause?: unknown; fields?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = catalogue[code].status;
    this.fields = more.fields;
    this.headers = more.headers;
  }
}

/** A 400 that names every faulty field at once. */
export const invalidInput = (fields: FieldError[]): ChrontainerError =>
  new ChrontainerError('CHR_INVALID_INPUT', fields.map((f) => `${f.path || 'body'}: ${f.message}`).join('; '), {
    fields,
  });

/** A 404 in one sentence, for example `There is no schedule 7.` */
export const notFound = (detail: string): ChrontainerError => new ChrontainerError('CHR_NOT_FOUND', detail);
