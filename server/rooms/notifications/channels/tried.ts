import { ChrontainerError } from '../../../errors/index.ts';
import type { OutboundAnswer } from '../../../outbound/index.ts';
import { OutboundError } from '../../../outbound/index.ts';

/** What one try came to. */
export interface Tried {
  ok: boolean;
  /** Null when no answer came. */
  status: number | null;
  answer: string;
  mayRetry: boolean;
}

const longestAnswer = 500;

/** 408, 429 and faults of the server can pass; any other refusal stays one until somebody changes the channel. */
export const triedOf = ({ status, body }: OutboundAnswer): Tried => ({
  ok: status >= 200 && status < 300,
  status,
  answer: `${status} ${body.slice(0, longestAnswer)}`.trim(),
  mayRetry: status === 408 || status === 429 || status >= 500,
});

export const failed = (answer: string, mayRetry: boolean): Tried => ({ ok: false, status: null, answer, mayRetry });

/** What a fault says of the channel; null for a fault of the program itself. */
export const failedBy = (error: unknown): Tried | null => {
  if (error instanceof OutboundError) return failed(error.message, error.kind !== 'refused');
  return error instanceof ChrontainerError ? failed(error.message, false) : null;
};
