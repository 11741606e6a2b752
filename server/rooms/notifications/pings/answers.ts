import type { PingKind } from '../../../../contract/index.ts';
import type { OutboundAnswer } from '../../../outbound/index.ts';
import type { Tried } from '../channels/tried.ts';
import { triedOf } from '../channels/tried.ts';

/** Whether the signal was taken: some services answer 200 to what they did not take. */
export const judge = (kind: PingKind, answer: OutboundAnswer): Tried => {
  const tried = triedOf(answer);
  if (!tried.ok) return tried;
  if (kind === 'healthchecks') return judgeHealthchecks(tried, answer.body);
  return kind === 'uptime_kuma' ? judgeKuma(tried, answer.body) : tried;
};

/** https://healthchecks.io/docs/http_api/#response-codes: `OK (not found)` and `OK (rate limited)` come with 200. */
export const judgeHealthchecks = (tried: Tried, body: string): Tried => {
  if (!tried.ok || !body.startsWith('OK (')) return tried;
  return { ...tried, ok: false, mayRetry: body.startsWith('OK (rate limited)') };
};

/** It answers `{"ok":true}`. What is no JSON comes from something else, such as a sign-in page before it. */
const judgeKuma = (tried: Tried, body: string): Tried => {
  try {
    const answer: unknown = JSON.parse(body);
    const isTaken = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
    return { ...tried, ok: isTaken };
  } catch {
    return { ...tried, ok: false, answer: `${tried.answer} (not an answer of Uptime Kuma)` };
  }
};
