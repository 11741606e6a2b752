/** What a series of measurements comes to, in the unit of its row. */
export interface Summary {
  n: number;
  min: number;
  median: number;
  p95: number;
  p99: number;
  max: number;
}

export type Unit = 'ms' | 'MB' | '% of a core' | 'ns' | 'messages' | 'tries' | 'lines';

/** What is aimed at, and whether this run reached it. */
export interface Goal {
  says: string;
  isMet: boolean;
}

/** One figure of the program, with the raw floor of the same run beside it where there is one. */
export interface Row {
  name: string;
  unit: Unit;
  ours: Summary;
  floor?: Summary;
  /** What the floor is, for example `the engine's own list`. */
  floorIs?: string;
  goals?: Goal[];
}

/** Median and percentiles by nearest rank: both are values that were measured. */
export const summarise = (values: readonly number[]): Summary => {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, min: rank(0), median: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
};

export const atMost = (what: string, limit: number, unit: Unit, value: number): Goal => ({
  says: `${what} ≤ ${limit} ${unit}`,
  isMet: value <= limit,
});

/** A goal that counts in floors, since the machine's speed is not ours. */
export const atMostTimes = (what: string, times: number, value: number, floor: number): Goal => ({
  says: `${what} ≤ ${times} × floor`,
  isMet: value <= times * floor,
});
