export type DurationUnit = 's' | 'min' | 'h' | 'd';

export const unitMs: Record<DurationUnit, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time in the largest unit that divides it. */
export function fittingUnit(ms: number): { value: string; unit: DurationUnit } {
  const units: DurationUnit[] = ['d', 'h', 'min', 's'];
  const unit = units.find((one) => ms % unitMs[one] === 0) ?? 's';
  return { value: String(ms / unitMs[unit]), unit };
}
