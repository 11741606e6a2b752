const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `640 kB`, `1.2 GB`: three digits are enough to compare. */
export function bytesText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount >= 10 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

/** `0.3 %`, `12 %`, `340 %` of one core. */
export function percentText(percent: number): string {
  return `${percent < 9.95 && percent > 0 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** By how much a counter grows each second between two samples; null where there is nothing to compare. */
export function perSecond(
  before: { at: string; count: number | null } | undefined,
  now: { at: string; count: number | null } | undefined,
): number | null {
  if (!before || !now || before.count === null || now.count === null) return null;
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  return seconds > 0 && now.count >= before.count ? (now.count - before.count) / seconds : null;
}
