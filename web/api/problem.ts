import type { Problem } from '../../contract/common.ts';

/** A refused or failed call, in the server's words. Status 0: the server could not be reached. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
  }

  /** The messages by field, so that a form can show each where it belongs. */
  get fields(): Map<string, string> {
    return new Map(this.errors.map((error) => [error.path, error.message]));
  }
}

/** What to show a person for anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) {
    const unsaid = error.errors.filter((one) => !error.message.includes(one.message));
    return [error.message, ...unsaid.map((one) => `${one.path}: ${one.message}`)].join(' ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** The body of an error answer; an answer that is no problem document (a proxy's page) becomes one. */
export function toProblem(status: number, statusText: string, body: unknown): Problem {
  const fallback = { type: 'about:blank', title: statusText || `HTTP ${status}`, status, code: `HTTP_${status}` };
  return isProblem(body) ? { ...fallback, ...body } : fallback;
}

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === 'object' && body !== null && 'title' in body;
}

/** The server's messages continue a field's name (`must not be empty`); alone they stand as a sentence. */
export function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
