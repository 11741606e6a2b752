import { ChrontainerError } from '../../../errors/index.ts';
import type { OutboundAnswer } from '../../../outbound/index.ts';
import { OutboundError, retryAfterMs } from '../../../outbound/index.ts';

/** What one try came to. */
export interface Tried {
  ok: boolean;
  /** Null when no answer came. */
  status: number | null;
  answer: string;
  mayRetry: boolean;
  /** How long the service wants nothing more of this channel, milliseconds; left out where it does not say. */
  pauseMs?: number;
}

const longestAnswer = 500;

/** No service means more than that by "later". */
const longestPauseMs = 24 * 3_600_000;
/** One that says "at once" is given a moment all the same. */
const shortestPauseMs = 1_000;

/** 408, 429 and faults of the server can pass; any other refusal stays one until somebody changes the channel. */
export const triedOf = ({ status, headers, body }: OutboundAnswer): Tried => {
  const isTooMuch = status === 429 || status === 503;
  const namedMs = isTooMuch ? (retryAfterMs(headers['retry-after'], Date.now()) ?? waitNamedIn(body)) : null;
  return {
    ok: status >= 200 && status < 300,
    status,
    answer: `${status} ${body.slice(0, longestAnswer)}`.trim(),
    mayRetry: status === 408 || status === 429 || status >= 500,
    ...(namedMs !== null && { pauseMs: Math.min(longestPauseMs, Math.max(shortestPauseMs, namedMs)) }),
  };
};

/**
 * Where it is not in the header: Telegram's seconds (core.telegram.org/bots/api#responseparameters), Discord's
 * (discord.com/developers/docs/topics/rate-limits), Matrix' milliseconds (client-server API, M_LIMIT_EXCEEDED).
 */
const waitNamedIn = (body: string): number | null => {
  const named = /"(retry_after|retry_after_ms)"\s*:\s*(\d{1,9}(?:\.\d+)?)/.exec(body);
  if (!named) return null;
  return Number(named[2]) * (named[1] === 'retry_after' ? 1000 : 1);
};

export const failed = (answer: string, mayRetry: boolean): Tried => ({ ok: false, status: null, answer, mayRetry });

/** What a fault says of the channel; null for a fault of the program itself. */
export const failedBy = (error: unknown): Tried | null => {
  if (error instanceof OutboundError) return failed(error.message, error.kind !== 'refused');
  return error instanceof ChrontainerError ? failed(error.message, false) : null;
};
