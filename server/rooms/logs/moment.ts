import { canonicalStamp, stampOf } from '../../engine/index.ts';

const unitsMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The time that is meant by an instant, Unix seconds, or how long ago; in the engine's form. */
export const stampOfMoment = (text: string, nowMs: number): string => {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) return stampOfMs(nowMs - Number(amount) * (unitsMs[unit] ?? 0));
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (seconds !== undefined) return stampOf(BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')));
  return canonicalStamp(text) ?? stampOfMs(Date.parse(text));
};

const stampOfMs = (ms: number): string => stampOf(BigInt(Math.max(0, Math.round(ms))) * 1_000_000n);
