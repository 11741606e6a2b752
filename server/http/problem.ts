import type { Problem } from '../../contract/index.ts';
import { ChrontainerError, catalogue } from '../errors/index.ts';

/** What is known of every error: never the raw cause, which is for the log. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: Problem;
}

/** The one place that turns an error into an answer (RFC 9457). */
export const presentProblem = (error: unknown, requestId: string, basePath = ''): ProblemAnswer => {
  const known = error instanceof ChrontainerError ? error : unexpected(error);
  return {
    status: known.status,
    headers: known.headers ?? {},
    body: {
      type: `${basePath}/api/docs#${known.code}`,
      title: catalogue[known.code].title,
      status: known.status,
      detail: known.message,
      code: known.code,
      ...(known.fields ? { errors: known.fields } : {}),
      requestId,
    },
  };
};

const unexpected = (cause: unknown): ChrontainerError =>
  new ChrontainerError('CHR_INTERNAL', 'An unexpected error occurred; the log has it under the request ID.', { cause });
