import { createHash } from 'node:crypto';

/**
 * How much later than its slot a run begins: spread evenly over 0…`mostMs` by a hash, so that it is the same after a
 * restart, and always before the next slot.
 */
export const jitterMs = (scheduleId: number, slotAt: number, mostMs: number, periodMs: number | null): number => {
  const most = Math.min(mostMs, periodMs === null ? mostMs : periodMs - 1);
  if (most <= 0) return 0;
  const hash = createHash('sha256').update(`${scheduleId}/${slotAt}`).digest();
  return hash.readUIntBE(0, 6) % (most + 1);
};
