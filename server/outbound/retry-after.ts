/**
 * How long the other side wants to be left alone, milliseconds from `nowMs` on; null where it does not say.
 * Seconds or a date (RFC 9110, 10.2.3).
 */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
};
