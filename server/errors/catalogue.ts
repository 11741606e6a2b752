/**
 * Every error that the API answers with. A code is never reused for something else: callers may rely on it.
 * `title` is the same for each occurrence (RFC 9457); the detail says what happened this time.
 */
export const catalogue = {
  CHR_INVALID_INPUT: { status: 400, title: 'The input is not valid' },
  CHR_MALFORMED_BODY: { status: 400, title: 'The body is not valid JSON' },
  CHR_UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  CHR_WRONG_CREDENTIALS: { status: 401, title: 'The user name or the password is wrong' },
  CHR_SECOND_FACTOR: { status: 401, title: 'A second factor is asked for' },
  CHR_FORBIDDEN: { status: 403, title: 'Your account may not do this' },
  CHR_NOT_GRANTED: { status: 403, title: 'The host does not allow it' },
  CHR_CONFIRM_PASSWORD: { status: 403, title: 'Type your password again first' },
  CHR_WRONG_ORIGIN: { status: 403, title: 'The request came from another site' },
  CHR_SETUP_CLOSED: { status: 403, title: 'The setup is closed' },
  CHR_NOT_FOUND: { status: 404, title: 'There is no such thing here' },
  CHR_METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not know the method' },
  CHR_CONFLICT: { status: 409, title: 'The present state does not allow it' },
  CHR_AMBIGUOUS: { status: 409, title: 'The name fits more than one thing' },
  CHR_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  CHR_WRONG_CONTENT_TYPE: { status: 415, title: 'The body must be JSON' },
  CHR_PROTECTED: { status: 409, title: 'This is protected' },
  CHR_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was used for another request' },
  CHR_TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests' },
  CHR_SECRET_UNREADABLE: { status: 500, title: 'A stored secret cannot be read' },
  CHR_INTERNAL: { status: 500, title: 'Something went wrong here' },
  CHR_ENGINE_ERROR: { status: 502, title: 'The engine refused or failed' },
  CHR_ENGINE_UNREACHABLE: { status: 503, title: 'The engine cannot be reached' },
  CHR_STARTING: { status: 503, title: 'The program is starting' },
  CHR_SHUTTING_DOWN: { status: 503, title: 'The program is stopping' },
  CHR_ENGINE_TIMEOUT: { status: 504, title: 'The engine did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof catalogue;
